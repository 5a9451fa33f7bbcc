import type { Kernel } from "../compiler/kernel.ts";
import type { Tensor } from "../tensor/tensor.ts";

export type { Kernel, KernelOutput } from "../compiler/kernel.ts";

export type EngineKind = "compiled" | "onnxruntime" | "interpreted";

/** Something that runs a graph. */
export interface Engine {
  readonly kind: EngineKind;
  /** Why this engine was chosen, for people. */
  readonly reason: string;
  /** Present where the engine answers inside the calling thread, without copies or tensors. */
  readonly kernel?: Kernel;
  /**
   * Runs whole tensors, in the order of the graph's inputs, and gives one for each of its outputs.
   * @throws SetosaError ENGINE_FAILED, TENSOR_INVALID
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Returns what the engine holds (threads, native memory). */
  close(): Promise<void>;
}
