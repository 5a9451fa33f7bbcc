import { makeElsewhere } from "../artifact/elsewhere/make-elsewhere.ts";
import { SetosaError } from "../errors.ts";
import type { ModelRepository } from "../models/repository/repository.ts";
import type { KernelSharing } from "../server/kernels.ts";
import { isLoopback } from "../server/loopback.ts";
import type { ServeValues } from "./serve-options.ts";

/** How kernels are handed out; undefined where they are not: a kernel is the model itself. */
export function kernelSharing(values: ServeValues, repository: ModelRepository): KernelSharing | undefined {
  const asked = values["share-kernels"];
  if (asked === "off" || (asked === undefined && !isLoopback(values.host ?? "127.0.0.1"))) return undefined;
  const parity = values["no-parity"] !== true;
  return {
    local: asked === undefined && values["api-keys"] === undefined,
    make: async (model) => {
      const file = repository.slots.find((slot) => slot.model === model)?.served;
      if (file === undefined)
        throw new SetosaError("KERNEL_UNAVAILABLE", `The model "${model.name}" is served no more.`, {
          hint: "GET /models lists those that are.",
        });
      const { path, fingerprint } = file;
      return makeElsewhere({ path, fingerprint, fileName: "kernel", name: model.name, version: model.version, parity });
    },
  };
}
