import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";

/** A model as a module that runs by itself: what `setosa compile` writes. */
export interface KernelFiles {
  readonly script: Uint8Array;
  readonly wasm: Uint8Array;
  /** Another one for another module. */
  readonly fingerprint: string;
}

/** @throws SetosaError OPERATOR_UNSUPPORTED, KERNEL_UNAVAILABLE and others, for a model that has none */
export type MakeKernel = (model: Model) => Promise<KernelFiles>;

/** Kernels of the models that are served, each made when it is first asked for and kept for as long as its model is. */
export class Kernels {
  readonly #make: MakeKernel;
  readonly #made = new WeakMap<Model, Promise<KernelFiles>>();
  /** One at a time: clients decide how many are asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(make: MakeKernel) {
    this.#make = make;
  }

  /** @throws SetosaError KERNEL_UNAVAILABLE, and what making it failed with */
  of(model: Model): Promise<KernelFiles> {
    const known = this.#made.get(model);
    if (known !== undefined) return known;
    const { name, engine } = model;
    if (engine.kind !== "compiled")
      return Promise.reject(unavailable(name, `it runs on ${engine.kind}: ${engine.reason}`.replace(/\.$/, "")));
    const making = this.#last.then(() => this.#make(model)).catch((error: unknown) => this.#failed(model, error));
    this.#made.set(model, making);
    this.#last = making.catch(() => {});
    return making;
  }

  #failed(model: Model, error: unknown): never {
    if (error instanceof SetosaError && error.code === "OPERATOR_UNSUPPORTED")
      throw new SetosaError("KERNEL_UNAVAILABLE", error.message, { hint: "POST /predict answers it all the same.", cause: error });
    // What passes is tried again.
    this.#made.delete(model);
    throw error;
  }
}

function unavailable(name: string, why: string): SetosaError {
  return new SetosaError("KERNEL_UNAVAILABLE", `The model "${name}" has no kernel to hand out: ${why}.`, {
    hint: "POST /predict answers it all the same.",
  });
}
