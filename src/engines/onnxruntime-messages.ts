import type { DType } from "../tensor/dtype.ts";

/** What the engine and its thread say to each other. */
export interface WorkerStart {
  readonly model: Uint8Array;
  readonly outputs: readonly string[];
  /**
   * Shared memory. [0] is 1 while the thread is, or may be, inside onnxruntime: ending it then would abort the
   * whole process. [1] is 1 when it shall begin nothing any more, and end.
   */
  readonly control: Int32Array<SharedArrayBuffer>;
}

export interface WorkerTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | readonly string[];
}

export interface WorkerRun {
  readonly id: number;
  readonly inputs: Readonly<Record<string, WorkerTensor>>;
}

export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "unavailable"; readonly installed: boolean; readonly message: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly outputs: readonly WorkerTensor[] }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
