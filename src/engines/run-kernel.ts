import { SetosaError } from "../errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { RowKernel, RowOutput } from "./engine.ts";
import { writeRows } from "./write-rows.ts";

/** Hears of each block of rows while the kernel's memory holds it. */
export interface BlockWatcher {
  /** The first `count` rows of the kernel's inputs are written. */
  written(count: number): void;
  /** The first `count` rows of its outputs answer the tensors' rows from `from` on. */
  ran(from: number, count: number): void;
}

/**
 * Runs a kernel over tensors, in the order of its inputs, block by block.
 * @throws SetosaError TENSOR_INVALID where an input does not have the kernel's dtype, width or rows; what the kernel throws
 */
export function runKernel(kernel: RowKernel, inputs: readonly Tensor[], watcher?: BlockWatcher): readonly Tensor[] {
  const rows = rowCount(kernel, inputs);
  const outputs = kernel.outputs.map(({ info, shape }) => {
    const sizes = shape.map((dimension) => (dimension === "rows" ? rows : dimension));
    return tensor(info.dtype, sizes) as Tensor;
  });
  for (let from = 0; from < rows; from += kernel.capacity) {
    const count = Math.min(kernel.capacity, rows - from);
    kernel.inputs.forEach((input, position) => writeRows(input, (inputs[position] as Tensor).data, from, count));
    watcher?.written(count);
    kernel.run(count);
    watcher?.ran(from, count);
    kernel.outputs.forEach((output, position) => readRows(output, outputs[position] as Tensor, { from, count, rows }));
  }
  return outputs;
}

interface Block {
  readonly from: number;
  readonly count: number;
  /** Of all blocks. */
  readonly rows: number;
}

function readRows({ data, strings, width, shape }: RowOutput, { data: target }: Tensor, { from, count, rows }: Block): void {
  const inner = shape.slice(shape.indexOf("rows") + 1).reduce<number>((product, size) => product * Number(size), 1);
  if (inner === width && !Array.isArray(data) && !Array.isArray(target)) {
    target.set(data.subarray(0, count * width), from * width);
    return;
  }
  for (let index = 0; index < count * width; index++) {
    const value = data[index] as number | string;
    const at = inner === width ? from * width + index : placeBehind(inner, width, rows, from * width + index);
    target[at] = strings === undefined ? value : (strings[value as number] ?? "");
  }
}

/** A row's elements lie together in a kernel; in a tensor with more than 1 before its rows only so many of them do. */
function placeBehind(inner: number, width: number, rows: number, index: number): number {
  const element = index % width;
  return (Math.floor(element / inner) * rows + Math.floor(index / width)) * inner + (element % inner);
}

/** Every input is `[rows, …]` with the kernel's width, and all have as many rows. */
function rowCount(kernel: RowKernel, inputs: readonly Tensor[]): number {
  let rows: number | undefined;
  kernel.inputs.forEach((input, position) => {
    const given = inputs[position];
    const { name, dtype } = input.info;
    if (given === undefined) throw new SetosaError("TENSOR_INVALID", `The input "${name}" is absent.`, { path: name });
    const count = given.shape[0] ?? 0;
    if (given.dtype !== dtype || given.data.length !== count * input.width || (rows !== undefined && rows !== count))
      throw new SetosaError(
        "TENSOR_INVALID",
        `The input "${name}" is ${given.dtype}${formatShape(given.shape)}, and the model takes ${dtype}[${rows ?? "rows"}, ${input.width}].`,
        { path: name },
      );
    rows = count;
  });
  return rows ?? 0;
}
