import { SetosaError } from "../errors.ts";
import type { Signature } from "../graph/signature.ts";
import { predictionMembers } from "./prediction-types.ts";
import { rowMembers, valuesType } from "./row-types.ts";
import { commentText, distinctTypeNames, stringLiteral } from "./text.ts";

/** What types are made of. */
export interface TypedModel {
  readonly name: string;
  readonly version: string;
  readonly signature: Pick<Signature, "task" | "features" | "framework">;
}

/**
 * The types of a model's rows and predictions as declarations, called `…Row`, `…Values` and `…Prediction`.
 * @throws SetosaError ARGUMENT_INVALID for a model that takes tensors
 */
export function modelTypes({ name, version, signature }: TypedModel, prefix: string): string[] {
  const { task, features, framework } = signature;
  if (task.kind === "tensors")
    throw new SetosaError(
      "ARGUMENT_INVALID",
      `The model "${name}" takes tensors, not rows of features: there is nothing to name in its types.`,
      {
        path: name,
        hint: "Send nested lists to /predict as described by GET /models.",
      },
    );
  const trained = framework === undefined ? "" : `, ${framework.estimator} of ${framework.name} ${framework.version}`;
  return [
    `/** A row of the model ${commentText(name)}, version ${commentText(version)}${commentText(trained)}. */`,
    `export interface ${prefix}Row {`,
    ...rowMembers(features),
    "}",
    "",
    "/** The same as a list, in this order. */",
    `export type ${prefix}Values = ${valuesType(features)};`,
    "",
    "/** What the model answers to a row. */",
    `export interface ${prefix}Prediction {`,
    ...predictionMembers(signature),
    "}",
  ];
}

/**
 * A module of the types of models of different names, and `Models`, which maps these names to them for `setosa/client`. Models that take
 * tensors are left out, and named in a comment.
 * @throws SetosaError ARGUMENT_INVALID where that leaves none
 */
export function typesModule(models: readonly TypedModel[]): string {
  const typed = models.filter(({ signature }) => signature.task.kind !== "tensors");
  const left = models.filter((model) => !typed.includes(model));
  if (typed.length === 0 && left[0] !== undefined) modelTypes(left[0], "");
  const prefixes = distinctTypeNames(typed.map(({ name }) => name));
  return [
    "// Written by setosa types. Changes are lost when it is written again.",
    ...left.map(({ name }) => `// Left out: ${commentText(name)}, which takes tensors.`),
    "",
    ...typed.flatMap((model, index) => [...modelTypes(model, prefixes[index] ?? ""), ""]),
    "/** The models by name: createClient<Models>(address) of setosa/client knows them by it. */",
    "export interface Models {",
    ...typed.map(({ name }, index) => {
      const prefix = prefixes[index] ?? "";
      return `  ${stringLiteral(name)}: { row: ${prefix}Row | ${prefix}Values; prediction: ${prefix}Prediction };`;
    }),
    "}",
    "",
  ].join("\n");
}
