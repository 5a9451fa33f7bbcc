import type { EngineKind } from "../engines/engine.ts";
import { operatorName } from "../graph/graph.ts";
import type { ClassLabel, Feature, FeatureValue, Signature } from "../graph/signature.ts";
import type { Model, ModelTypes } from "./model.ts";
import type { ParityResult } from "./parity.ts";

/** What clients and people may know of a loaded model, as plain data. */
export interface ModelDescription {
  readonly name: string;
  readonly version: string;
  readonly task: Signature["task"]["kind"];
  readonly classes?: readonly ClassLabel[];
  readonly targets?: readonly string[];
  /** The classes of each output, of a model that gives several labels to a row. */
  readonly outputClasses?: Readonly<Record<string, readonly ClassLabel[]>>;
  readonly features: readonly Omit<Feature, "input" | "column">[];
  readonly inputs: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string | null)[] }[];
  readonly outputs: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string | null)[] }[];
  /** A row that the model takes, by feature. */
  readonly example?: Readonly<Record<string, FeatureValue>>;
  readonly engine: EngineKind;
  /** Why that engine. */
  readonly reason: string;
  /** For an engine that answers later: whether rows of several requests are run together, or why not. */
  readonly batching?: string;
  readonly parity?: ParityResult;
  readonly bytes: number;
  readonly loadMilliseconds: number;
  readonly operators: readonly string[];
  readonly framework?: NonNullable<Signature["framework"]>;
  readonly trainedAt?: string;
}

export function describeModel(model: Model<ModelTypes>): ModelDescription {
  const { signature, graph, engine, parity } = model;
  const { task, features, example, framework, trainedAt } = signature;
  const info = ({ name, dtype, shape }: (typeof graph.inputs)[number]) => ({ name, dtype, shape });
  return {
    name: model.name,
    version: model.version,
    task: task.kind,
    ...("classes" in task ? { classes: task.classes } : {}),
    ...("targets" in task ? { targets: task.targets } : {}),
    ...("outputs" in task ? { outputClasses: Object.fromEntries(task.outputs.map(({ name, classes }) => [name, classes])) } : {}),
    features: features.map(({ input: _input, column: _column, ...feature }) => feature),
    inputs: graph.inputs.map(info),
    outputs: graph.outputs.map(info),
    ...(example === undefined ? {} : { example: Object.fromEntries(features.map(({ name }, index) => [name, example[index] ?? null])) }),
    engine: engine.kind,
    reason: engine.reason,
    ...(engine.queue === undefined ? {} : { batching: engine.queue.batching }),
    ...(parity === undefined ? {} : { parity }),
    bytes: model.bytes,
    loadMilliseconds: Math.round(model.loadMilliseconds * 10) / 10,
    operators: [...new Set(graph.nodes.map(operatorName))].sort(),
    ...(framework === undefined ? {} : { framework }),
    ...(trainedAt === undefined ? {} : { trainedAt }),
  };
}
