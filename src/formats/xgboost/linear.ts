import { tensor } from "../../tensor/tensor.ts";
import type { GraphParts } from "../graph-parts.ts";
import type { JsonValue } from "../json-text.ts";
import { marginOf, type Objective } from "./objective.ts";
import type { Shape } from "./shape.ts";

/** The margins of a linear booster: weights `[features + 1, groups]`, the biases last. A missing value adds nothing. */
export function addLinear(parts: GraphParts, booster: JsonValue, shape: Shape, objective: Objective, rows: string): string {
  const { features, groups, baseScores } = shape;
  const weights = booster
    .get("model")
    .get("weights")
    .numbers((features + 1) * groups);
  const isMissing = parts.node("IsNaN", [rows], "isMissing");
  const known = parts.node("Where", [isMissing, parts.row("nothing", "float32", [0]), rows], "known");
  const matrix = tensor("float32", [features, groups], Float32Array.from(Array.from(weights).slice(0, features * groups)));
  const products = parts.node("MatMul", [known, parts.constant("weights", matrix)], "products");
  const bias = Array.from({ length: groups }, (_, group) => {
    const base = marginOf(objective, baseScores[baseScores.length === 1 ? 0 : group] as number);
    return Math.fround((weights[features * groups + group] as number) + base);
  });
  return parts.node("Add", [products, parts.row("bias", "float32", bias)], "margins");
}
