import type { DType } from "../tensor/dtype.ts";

/** What the engine and its worker thread say to each other. */
export interface WorkerStart {
  readonly model: Uint8Array;
  readonly outputs: readonly string[];
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
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly outputs: readonly WorkerTensor[] }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
