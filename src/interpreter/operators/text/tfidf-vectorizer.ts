import { floatsAttribute, intAttribute, intsAttribute, stringAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { type Call, type Evaluate, malformed, misfit, requiredInput } from "../../evaluate.ts";
import { perNode } from "../../per-node.ts";

type Item = string | number;

/** What the n-grams that begin alike have in common: a tree by items. */
interface Branch {
  readonly longer: Map<Item, Branch>;
  /** The n-gram that ends here. */
  gram: Gram | undefined;
}

interface Gram {
  readonly column: number;
  readonly weight: number;
}

interface Vectorizer {
  readonly pool: Branch;
  readonly columns: number;
  readonly shortest: number;
  readonly longest: number;
  /** Items between those of an n-gram, at most. */
  readonly skips: number;
  /** A column's value when one more of its n-grams stands in the row. */
  readonly add: (value: number, weight: number) => number;
}

/** More columns than this are no vocabulary. */
const mostColumns = 2 ** 24;

const vectorizerOf = perNode<Vectorizer>((call) => {
  const { node } = call;
  const shortest = intAttribute(node, "min_gram_length", 0);
  const longest = intAttribute(node, "max_gram_length", 0);
  const skips = intAttribute(node, "max_skip_count", 0);
  const indexes = intsAttribute(node, "ngram_indexes") ?? new Float64Array();
  const counts = intsAttribute(node, "ngram_counts") ?? new Float64Array();
  const columns = indexes.reduce((most, column) => Math.max(most, column), -1) + 1;
  if (shortest < 1 || longest < shortest || longest > counts.length || skips < 0) malformed(call, "its n-grams have no lengths");
  if (columns < 1 || columns > mostColumns || indexes.some((column) => column < 0)) malformed(call, "its n-grams have no columns");
  return { pool: poolOf(call, counts, indexes, shortest, longest), columns, shortest, longest, skips, add: adding(call) };
});

/** The n-grams of the lengths that count; `counts` says where those of each length begin. */
function poolOf(call: Call, counts: Float64Array, indexes: Float64Array, shortest: number, longest: number): Branch {
  const weights = floatsAttribute(call.node, "weights");
  if (weights !== undefined && weights.length !== indexes.length) malformed(call, "it has no weight for each n-gram");
  const items: ArrayLike<Item> = stringsAttribute(call.node, "pool_strings") ?? intsAttribute(call.node, "pool_int64s") ?? [];
  const pool: Branch = { longer: new Map(), gram: undefined };
  let gram = 0;
  for (let length = 1; length <= counts.length; length++) {
    const from = counts[length - 1] ?? 0;
    const to = counts[length] ?? items.length;
    if (from < 0 || to < from || to > items.length || (to - from) % length !== 0) malformed(call, `its pool has no whole ${length}-grams`);
    for (let start = from; start < to; start += length, gram++) {
      if (length < shortest || length > longest) continue;
      let branch = pool;
      for (let item = start; item < start + length; item++) branch = grown(branch, items[item] as Item);
      const column = indexes[gram];
      if (branch.gram !== undefined || column === undefined) malformed(call, "an n-gram has no column, or two");
      branch.gram = { column, weight: weights?.[gram] ?? 1 };
    }
  }
  return pool;
}

function grown(branch: Branch, item: Item): Branch {
  const known = branch.longer.get(item);
  if (known !== undefined) return known;
  const fresh: Branch = { longer: new Map(), gram: undefined };
  branch.longer.set(item, fresh);
  return fresh;
}

function adding(call: Call): Vectorizer["add"] {
  const mode = stringAttribute(call.node, "mode");
  if (mode === "TF") return (value) => value + 1;
  if (mode === "IDF") return (_, weight) => weight;
  if (mode === "TFIDF") return (value, weight) => value + weight;
  return malformed(call, `its mode is ${mode}`);
}

/** `[items]` → `[columns]`, `[rows, items]` → `[rows, columns]`: how often each n-gram of the pool stands in the row, weighted. */
export const evaluateTfIdfVectorizer: Evaluate = (call) => {
  const { dtype, shape, data } = requiredInput(call, 0);
  if (shape.length < 1 || shape.length > 2) misfit(call, "it takes a list or a table");
  if (dtype !== "string" && dtype !== "int64" && dtype !== "int32") malformed(call, `its input is ${dtype}`);
  const vectorizer = vectorizerOf(call);
  const { columns } = vectorizer;
  const width = shape.at(-1) ?? 0;
  const rows = shape.length === 1 ? 1 : (shape[0] ?? 0);
  const result = tensor("float32", [...shape.slice(0, -1), columns]);
  for (let row = 0; row < rows; row++)
    for (const [column, value] of valuesOf(vectorizer, data.slice(row * width, (row + 1) * width)))
      result.data[row * columns + column] = value;
  return [result];
};

/** The columns of a row that are not 0. */
function valuesOf({ pool, shortest, longest, skips, add }: Vectorizer, row: ArrayLike<Item>): Map<number, number> {
  const values = new Map<number, number>();
  for (let distance = 1; distance <= skips + 1; distance++)
    for (let start = 0; start < row.length; start++) {
      let branch: Branch | undefined = pool;
      for (let length = 1; length <= longest; length++) {
        const item = row[start + (length - 1) * distance];
        branch = item === undefined ? undefined : branch.longer.get(item);
        if (branch === undefined) break;
        // One item is the same at every distance.
        if (branch.gram === undefined || length < shortest || (length === 1 && distance > 1)) continue;
        const { column, weight } = branch.gram;
        values.set(column, add(values.get(column) ?? 0, weight));
      }
    }
  return values;
}
