import { type Feature, labelClasses, type Signature, scoreColumns } from "../../graph/signature.ts";
import type { Bins, FeatureDistribution, TrainingDistribution } from "../../graph/training.ts";
import { JsonReader } from "./json-reader.ts";

const format = 1;
/** Far more than `setosa.save` makes; a server holds counts for each. */
const mostBins = 256;

/**
 * The `setosa.training` metadata, checked against the signature.
 * @throws SetosaError MODEL_SIGNATURE_INVALID with the path of what is wrong
 */
export function parseTraining(text: string, { features, task }: Signature): TrainingDistribution {
  const json = JsonReader.parse(text, "setosa.training");
  if (json.field("format").value !== format) throw json.field("format").wrong(`${format}: a newer version of Setosa wrote it`);
  const described = json.field("features");
  if (!Array.isArray(described.value) || described.value.length !== features.length)
    throw described.wrong(`a list of ${features.length} features`);
  const classes = labelClasses(task);
  const labels = json.optional("labels", (list) => list.list((counts, output) => countsOf(counts, classes[output]?.length ?? 0)));
  if (labels !== undefined && (labels.length !== classes.length || labels.length === 0))
    throw json.field("labels").wrong(`a list of counts for each of the ${classes.length} labels of a row`);
  const score = json.optional("score", parseBins);
  if (score !== undefined && (classes.length !== 1 || scoreColumns(task) === 0))
    throw json.field("score").wrong("absent: the model has no one score for a row");
  const values = json.optional("values", (list) => list.list((bins) => (bins.field("counts").present ? parseBins(bins) : unknownBins)));
  if (values !== undefined && !("targets" in task && values.length === task.targets.length))
    throw json.field("values").wrong("a list of bins for each target");
  return {
    rows: json.field("rows").index,
    features: described.list((feature, index) => parseFeature(feature, features[index] as Feature)),
    ...(labels === undefined ? {} : { labels }),
    ...(score === undefined ? {} : { score }),
    ...(values === undefined ? {} : { values }),
  };
}

/** Of values none of which was finite. */
const unknownBins: Bins = { edges: [], counts: [0] };

function parseFeature(json: JsonReader, { categories, dtype }: Feature): FeatureDistribution {
  const missing = json.field("missing").index;
  if (!json.field("counts").present) return { missing };
  if (categories !== undefined)
    return {
      missing,
      categories: countsOf(json.field("counts"), categories.length),
      other: json.optional("other", (other) => other.index) ?? 0,
    };
  if (dtype === "string") throw json.field("counts").wrong("absent: the feature has no categories");
  return { missing, bins: parseBins(json) };
}

function parseBins(json: JsonReader): Bins {
  const edges = json.field("edges").list((edge) => edge.number);
  if (edges.length >= mostBins) throw json.field("edges").wrong(`a list of less than ${mostBins} numbers`);
  for (let index = 1; index < edges.length; index++)
    if ((edges[index - 1] as number) >= (edges[index] as number)) throw json.field("edges").wrong("a list of ascending numbers");
  return { edges, counts: countsOf(json.field("counts"), edges.length + 1) };
}

function countsOf(json: JsonReader, length: number): number[] {
  const counts = json.list((count) => count.index);
  if (counts.length !== length) throw json.wrong(`a list of ${length} counts`);
  return counts;
}
