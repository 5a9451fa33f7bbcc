import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type EncoderTarget, RowEncoder, type RowPlace } from "./row-encoder.ts";

export interface RowTensor extends EncoderTarget {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Rows of JSON as tensors, one for each of the graph's inputs.
 * @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID, BODY_SHAPE_INVALID
 */
export function rowTensors(graph: Graph, signature: Signature, rows: readonly unknown[], place: RowPlace): RowTensor[] {
  const inputs = emptyTensors(graph, signature, rows.length);
  const encoder = new RowEncoder(signature.features, (name) => {
    const input = inputs.find((input) => input.name === name);
    if (input === undefined) throw new SetosaError("INTERNAL", "The model's engine does not have the inputs of its graph.");
    return input;
  });
  rows.forEach((row, index) => encoder.encode(row, index, place));
  return inputs;
}

/** Room for so many rows of features, a tensor for each of the graph's inputs. */
export function emptyTensors(graph: Graph, { features }: Signature, rows: number): RowTensor[] {
  return graph.inputs.map(({ name, dtype, shape }) => {
    const width = features.filter(({ input }) => input === name).length;
    const data = allocate(dtype, rows * width);
    return { name, width, data, tensor: { dtype, shape: shape.length < 2 ? [rows] : [rows, width], data } as Tensor };
  });
}
