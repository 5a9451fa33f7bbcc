import type { Engine, RowKernel } from "./engine.ts";
import { runKernel } from "./run-kernel.ts";

/** An engine around a kernel. */
export function kernelEngine(kernel: RowKernel, reason: string): Engine {
  return {
    kind: "compiled",
    reason,
    kernel,
    run: async (inputs) => runKernel(kernel, inputs),
    close: async () => {},
  };
}
