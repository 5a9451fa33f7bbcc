import type { Kernel, KernelInput, KernelOutput } from "../compiler/kernel.ts";
import type { TensorData } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** An input of `capacity` × `width` values; strings where the model reads their text, else their positions in the vocabulary. */
export interface RowInput extends Omit<KernelInput, "data"> {
  readonly data: TensorData;
}

export interface RowOutput extends Omit<KernelOutput, "data"> {
  readonly data: TensorData;
}

/** What answers rows in the calling thread: a kernel, or a kernel behind a part that reads texts. */
export interface RowKernel {
  readonly capacity: number;
  readonly inputs: readonly RowInput[];
  readonly outputs: readonly RowOutput[];
  readonly products: Kernel["products"];
  /** @throws SetosaError CATEGORY_UNKNOWN; ENGINE_FAILED for a text that the model cannot read */
  run(rows: number): void;
}

export type EngineKind = "compiled" | "onnxruntime" | "interpreted";

/** Something that runs a graph. */
export interface Engine {
  readonly kind: EngineKind;
  /** Why this engine was chosen, for people. */
  readonly reason: string;
  /** Present where the engine answers inside the calling thread, without copies or tensors. */
  readonly kernel?: RowKernel;
  /**
   * Runs whole tensors, in the order of the graph's inputs, and gives one for each of its outputs.
   * @throws SetosaError ENGINE_FAILED, TENSOR_INVALID
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Returns what the engine holds (threads, native memory). */
  close(): Promise<void>;
}
