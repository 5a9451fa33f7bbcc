import { predictionMembers, score } from "../../../openapi/answers.ts";
import type { Describing, RouteDescription, Tag } from "../../../openapi/description.ts";
import { modelMembers, rowSchemas, schemaPrefix, versionWord } from "../../../openapi/model-schemas.ts";
import { arrayOf, objectSchema, type Schema, text } from "../../../openapi/schema.ts";
import { bodyErrors, type DescribedRoute, missingErrors, rowErrors, rowsContent } from "../describe.ts";

const tag: Tag = { name: "Explanations", description: "Which features moved a prediction, and how far: exact Shapley values." };

/** `POST …/explain` */
export function describeExplanations(route: DescribedRoute, using: Describing): RouteDescription {
  const { model, named } = route;
  const tensors = model.signature.task.kind === "tensors";
  const schema = using.schema(
    JSON.stringify(["explanations", model.name, model.version]),
    `${schemaPrefix(route, using)}Explanations`,
    () => explanations(route),
  );
  return {
    tag,
    post: {
      id: `explain${using.identifier(model.name)}${named === "version" ? versionWord(model.version) : ""}`,
      summary: `Which features moved predictions of ${model.name}${named === "version" ? `, version ${model.version}` : ""}`,
      description:
        "For each label, its base value and a row's contributions to it together are the row's output. Bodies are those of `…/predict`.",
      body: {
        required: true,
        content: { "application/json": tensors ? { schema: { type: "object" } } : rowsContent(route, rowSchemas(route, using), using) },
      },
      replies: {
        200: { description: "In the order of the rows; a list also of one.", content: { "application/json": { schema } } },
      },
      errors: [
        ...bodyErrors,
        ...rowErrors,
        "ROW_WIDTH_INVALID",
        "ROWS_EMPTY",
        "ROWS_TOO_MANY",
        "CONTENT_TYPE_UNSUPPORTED",
        "EXPLANATION_UNSUPPORTED",
        "EXPLANATION_UNAVAILABLE",
        ...missingErrors(route),
      ],
    },
  };
}

/** The labels are known once the model was looked into: they are the classes, the targets, or `value`. */
function explanations({ model }: DescribedRoute): Schema {
  const { signature } = model;
  const byFeature = objectSchema(Object.fromEntries(signature.features.map(({ name }) => [name, score])));
  return objectSchema({
    ...modelMembers(model),
    method: { ...text, enum: ["tree-path-dependent", "linear"] },
    output: { ...text, enum: ["probability", "margin", "value"], description: "What is explained." },
    base_values: {
      type: "object",
      additionalProperties: score,
      description: "By label: what is expected of a row of which nothing is known.",
    },
    explanations: arrayOf(
      objectSchema({
        ...predictionMembers(signature),
        contributions: { type: "object", additionalProperties: byFeature, description: "By label and feature." },
      }),
    ),
  });
}
