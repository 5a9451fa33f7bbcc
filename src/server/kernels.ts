import { SetosaError } from "../errors.ts";
import type { ServedModels } from "../models/served-models.ts";
import type { HttpRequest, Protocol } from "../protocols/exchange.ts";
import { Kernels, type MakeKernel } from "../protocols/kernel/kernels.ts";
import { kernelProtocol } from "../protocols/kernel/routes.ts";
import { namesAddress } from "./access/no-browsers.ts";

export interface KernelSharing {
  readonly make: MakeKernel;
  /** Nobody has asked for it: they are handed out because only this machine reaches the server, so that only it may have them. */
  readonly local: boolean;
}

export function sharedKernels(models: ServedModels, sharing: KernelSharing | undefined): Protocol {
  const kernels = sharing === undefined ? undefined : new Kernels(sharing.make);
  return kernelProtocol({ models, kernels, check: sharing?.local === true ? checkHost : undefined });
}

/** A page of another site reaches this machine by a name that its owner lets lead here (DNS rebinding), and would read the model. */
function checkHost({ headers }: HttpRequest): void {
  if (namesAddress(headers.get("host"))) return;
  throw new SetosaError("PERMISSION_DENIED", "Kernels are handed out to who asks this server by its address only.", {
    path: "Host",
    hint: "Use its IP address or localhost, or start the server with --share-kernels on.",
  });
}
