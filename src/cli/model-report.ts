import type { Signature } from "../graph/signature.ts";
import type { Model } from "../models/model.ts";

/** More features or classes than this are counted instead of named. */
const namedAtMost = 4;

/** What the start-up says of a model, in two or three lines. */
export function modelReport(model: Model, isDefault: boolean): string {
  const { framework } = model.signature;
  const { queue } = model.engine;
  const trained = framework === undefined ? "" : `  ${framework.estimator}, ${framework.name} ${framework.version}`;
  return [
    `  ${model.name} ${model.version}${isDefault ? " (default)" : ""}${trained}`,
    `    ${interfaceText(model.signature)}`,
    `    ${model.engine.kind} (${model.engine.reason}), ${parityText(model)}, loaded in ${model.loadMilliseconds.toFixed(0)} ms`,
    ...(queue === undefined ? [] : [`    ${threadsText(model.engine.parallel ?? 1)}, ${queue.batching}`]),
  ].join("\n");
}

function threadsText(threads: number): string {
  return threads === 1 ? "one thread" : `${threads} threads`;
}

/** `4 features → Iris-Setosa, Iris-Versicolor, Iris-Virginica` */
export function interfaceText({ features, task }: Signature): string {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection":
      return `${count(features.length, "feature")} → ${names(task.classes.map(String), "classes")}`;
    case "multioutput_classification":
      return `${count(features.length, "feature")} → ${names(
        task.outputs.map(({ name }) => name),
        "labels",
      )}`;
    case "regression":
    case "transformation":
      return `${count(features.length, "feature")} → ${names(task.targets, "values")}`;
    case "tensors":
      return "tensors → tensors, as the graph has them";
  }
}

/** `parity 20/20`, loud where nothing was checked. */
export function parityText({ parity }: Model): string {
  return parity === undefined ? "PARITY NOT CHECKED" : `parity ${parity.passed}/${parity.rows}`;
}

function names(list: readonly string[], what: string): string {
  return list.length <= namedAtMost ? list.join(", ") : `${list.length} ${what}: ${list.slice(0, namedAtMost).join(", ")}, …`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
