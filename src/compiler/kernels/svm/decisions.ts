import { stringAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import type { Lowering, LoweringNode } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { lowerDense, matrixOf, paddedColumns } from "../dense.ts";
import { lowerKernelValues } from "./kernel-values.ts";
import { emitWeightedSum } from "./weighted-sum.ts";

/** Coefficients of the support vectors from `start` on. */
export interface Run {
  readonly start: number;
  readonly coefficients: Float32Array;
}

export interface Decisions {
  /** What `add` reads: only inside `eachRow` over it. */
  readonly values: RowsValue;
  /** Before `add`, outside `eachRow`. */
  readonly emit: (emitter: Emitter) => void;
  /** Adds a decision to `sum`, a float64. */
  readonly add: (emitter: Emitter, decision: number, sum: Local) => void;
}

/** Every decision is Σ coefficient · K(row, vector) over its runs, in float64. */
export function lowerDecisions(
  node: LoweringNode,
  input: RowsValue,
  supportVectors: Float32Array,
  decisions: readonly (readonly Run[])[],
  lowering: Lowering,
): Decisions {
  if ((stringAttribute(node, "kernel_type") ?? "LINEAR") === "LINEAR") return lowerLinear(input, supportVectors, decisions, lowering);
  const { values, emit } = lowerKernelValues(node, input, supportVectors, lowering);
  const tables = decisions.map((runs) =>
    runs.map(({ start, coefficients }) => ({
      start,
      count: coefficients.length,
      address: lowering.memory.constant(Float64Array.from(coefficients)),
    })),
  );
  return {
    values,
    emit,
    add: (emitter, decision, sum) => {
      for (const { start, count, address } of tables[decision] ?? [])
        emitWeightedSum(emitter, values, start, count, address, sum, lowering.simd);
    },
  };
}

/** Σ coefficient · (row · vector) is the row times Σ coefficient · vector: one product for each decision, however many vectors. */
function lowerLinear(
  input: RowsValue,
  supportVectors: Float32Array,
  decisions: readonly (readonly Run[])[],
  lowering: Lowering,
): Decisions {
  const { width } = input;
  const count = decisions.length;
  const weights = new Float64Array(width * count);
  decisions.forEach((runs, decision) => {
    for (const { start, coefficients } of runs)
      coefficients.forEach((coefficient, index) => {
        for (let column = 0; column < width; column++) {
          const at = column * count + decision;
          weights[at] = (weights[at] as number) + coefficient * (supportVectors[(start + index) * width + column] as number);
        }
      });
  });
  const values = lowering.allocate("float64", ["rows", paddedColumns(count)]);
  const multiply = lowerDense(input, matrixOf(width, count, weights), values, lowering);
  return {
    values,
    emit: (emitter) => emitter.eachRow([input, values], () => multiply(emitter)),
    add: (emitter, decision, sum) => {
      emitter.load(values, decision);
      emitter.fn.get(sum).op("f64.add").set(sum);
    },
  };
}
