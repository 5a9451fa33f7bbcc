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

/** A run of a kernel over tensors, in the order of its inputs, block by block: who runs it decides when the next one has its turn. */
export class KernelRun {
  readonly rows: number;
  /** Complete when every block has run. */
  readonly outputs: readonly Tensor[];
  readonly #kernel: RowKernel;
  readonly #inputs: readonly Tensor[];

  /** @throws SetosaError TENSOR_INVALID where an input does not have the kernel's dtype, width or rows */
  constructor(kernel: RowKernel, inputs: readonly Tensor[]) {
    const rows = rowCount(kernel, inputs);
    this.#kernel = kernel;
    this.#inputs = inputs;
    this.rows = rows;
    this.outputs = kernel.outputs.map(({ info, shape }) => {
      const sizes = shape.map((dimension) => (dimension === "rows" ? rows : dimension));
      return tensor(info.dtype, sizes) as Tensor;
    });
  }

  /** Runs the rows from `from` on, as many as the kernel takes at once. */
  block(from: number, watcher?: BlockWatcher): void {
    const kernel = this.#kernel;
    const { inputs, outputs, capacity } = kernel;
    const count = Math.min(capacity, this.rows - from);
    inputs.forEach((input, position) => writeRows(input, (this.#inputs[position] as Tensor).data, from, count));
    watcher?.written(count);
    kernel.run(count);
    watcher?.ran(from, count);
    outputs.forEach((output, position) => readRows(output, this.outputs[position] as Tensor, { from, count, rows: this.rows }));
  }
}

/**
 * Runs a kernel over tensors, in the order of its inputs, at once.
 * @throws SetosaError TENSOR_INVALID where an input does not have the kernel's dtype, width or rows; what the kernel throws
 */
export function runKernel(kernel: RowKernel, inputs: readonly Tensor[], watcher?: BlockWatcher): readonly Tensor[] {
  const run = new KernelRun(kernel, inputs);
  for (let from = 0; from < run.rows; from += kernel.capacity) run.block(from, watcher);
  return run.outputs;
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
