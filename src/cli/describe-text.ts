import type { Graph } from "../graph/graph.ts";
import { printGraph } from "../graph/print.ts";
import type { Feature } from "../graph/signature.ts";
import { describeModel } from "../models/describe.ts";
import type { Model } from "../models/model.ts";
import { formatShape } from "../tensor/shape.ts";
import { drawingPlan } from "./graph/plan.ts";
import { drawText } from "./graph/text.ts";
import { parityText } from "./model-report.ts";

/** Longer lists are cut: `--json` has them whole. */
const shown = 20;

export interface DescribeOptions {
  /** The model's graph, with its weights. */
  readonly whole: Graph;
  /** Whether every node is to be printed. */
  readonly graph: boolean;
  /** How wide lines may be. */
  readonly columns: number;
}

/** A model for people to read. */
export function describeText(model: Model, { whole, graph: withGraph, columns }: DescribeOptions): string {
  const description = describeModel(model);
  const { framework, trainedAt, classes, targets, outputClasses = {}, features, example } = description;
  const rows: (readonly [string, string])[] = [
    ["task", description.task],
    ...(classes === undefined ? [] : [["classes", cut(classes.map(String))] as const]),
    ...(targets === undefined ? [] : [["targets", cut(targets)] as const]),
    ...Object.entries(outputClasses).map(([name, list]) => ["classes", `${name}: ${cut(list.map(String))}`] as const),
    ...(framework === undefined ? [] : [["trained with", `${framework.estimator}, ${framework.name} ${framework.version}`] as const]),
    ...(trainedAt === undefined ? [] : [["trained at", trainedAt] as const]),
    ["engine", `${description.engine} (${description.reason})`],
    ["parity", parityText(model).replace(/^parity /, "")],
    ["size", `${description.bytes} bytes, loaded in ${description.loadMilliseconds} ms`],
    ...description.inputs.map(({ name, dtype, shape }) => ["input", `${name}: ${dtype}${formatShape(shape)}`] as const),
    ...description.outputs.map(({ name, dtype, shape }) => ["output", `${name}: ${dtype}${formatShape(shape)}`] as const),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `${model.name} ${model.version}`,
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
    ...(features.length === 0 ? [] : ["  features", ...features.slice(0, shown).map((feature) => `    ${featureText(feature, example)}`)]),
    ...(features.length > shown ? [`    and ${features.length - shown} more`] : []),
    "  graph",
    ...drawText(drawingPlan(whole), columns - 4)
      .split("\n")
      .map((line) => `    ${line}`),
    ...(withGraph ? ["", printGraph(model.graph)] : []),
    "",
  ].join("\n");
}

function featureText(feature: Omit<Feature, "input" | "column">, example: Readonly<Record<string, unknown>> | undefined): string {
  const { name, dtype, missing, categories, unknown, min, max } = feature;
  const parts = [
    dtype,
    ...(categories === undefined ? [] : [`one of ${cut(categories.map((category) => JSON.stringify(category)))}`]),
    ...(unknown === "ignore" ? ["other categories are ignored"] : []),
    ...(min === undefined || max === undefined ? [] : [`${min} to ${max} in training`]),
    ...(missing ? ["may be missing"] : []),
    ...(example === undefined ? [] : [`such as ${JSON.stringify(example[name])}`]),
  ];
  return `${name}: ${parts.join(", ")}`;
}

function cut(list: readonly string[]): string {
  return list.length <= shown ? list.join(", ") : `${list.slice(0, shown).join(", ")} and ${list.length - shown} more`;
}
