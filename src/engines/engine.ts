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

/** Who is served first where requests wait; the first of these before the others. */
export const priorities = ["high", "normal", "low"] as const;
export type Priority = (typeof priorities)[number];

/** What whoever waits for a run may say of it. An engine without a queue takes no notice. */
export interface RunOptions {
  /** `normal` where it is not said. */
  readonly priority?: Priority;
  /** When the run has to begin at the latest, in milliseconds of the queue's clock. */
  readonly deadline?: number;
  /** Takes a run that has not begun out of the queue, which fails it with the signal's reason. One that runs goes on. */
  readonly signal?: AbortSignal;
  /** Called when the run begins, with others or alone. */
  began?(): void;
}

/** Something that runs a graph. */
export interface Engine {
  readonly kind: EngineKind;
  /** Why this engine was chosen, for people. */
  readonly reason: string;
  /** Present where the engine answers inside the calling thread, without copies or tensors. */
  readonly kernel?: RowKernel;
  /** How many runs go on at once, at the most; 1 where it is not said. */
  readonly parallel?: number;
  /** The queue before it; absent where there is none. */
  readonly queue?: EngineQueue;
  /**
   * Runs whole tensors, in the order of the graph's inputs, and gives one for each of its outputs.
   * @throws SetosaError ENGINE_FAILED, TENSOR_INVALID; OVERLOADED and DEADLINE_EXCEEDED from a queue
   */
  run(inputs: readonly Tensor[], options?: RunOptions): Promise<readonly Tensor[]>;
  /** Returns what the engine holds (threads, native memory). */
  close(): Promise<void>;
}

/** What a queue before an engine tells. */
export interface EngineQueue {
  /** Whether rows of several requests are run together, or why not, for people. */
  readonly batching: string;
  /** Runs that may wait; one more is refused. */
  readonly limit: number;
  /** Runs that have not begun. */
  readonly waiting: number;
  /** Runs under way. */
  readonly running: number;
  /** Calls back with the rows of each run, of one request or of several. */
  onRun(listener: (rows: number) => void): void;
  /** Calls back when a run has ended, with its rows and how long it took, in milliseconds. */
  onRan(listener: (rows: number, milliseconds: number) => void): void;
  /** @throws SetosaError OVERLOADED where one more of this priority would be refused: known before anything is read of it */
  check(priority?: Priority): void;
}
