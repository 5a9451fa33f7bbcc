import type { RouteDescription, Tag } from "../../openapi/description.ts";
import { modelPath } from "../../openapi/names.ts";
import { text } from "../../openapi/schema.ts";

const tag: Tag = { name: "Kernels", description: "The models themselves, compiled, to run where the client is." };

export interface DescribedKernel {
  readonly name: string;
  readonly version: string | undefined;
  readonly file: "kernel.js" | "kernel.wasm";
}

export function describeKernel({ name, version, file }: DescribedKernel): RouteDescription {
  const isScript = file === "kernel.js";
  return {
    tag,
    ...modelPath("/models", { name, version }, `/${file}`),
    get: {
      id: `get${isScript ? "KernelModule" : "KernelWasm"}${version === undefined ? "" : "OfVersion"}`,
      summary: `A compiled model, ${isScript ? "as an ES module" : "as WebAssembly"}`,
      parameters: [{ name: "If-None-Match", in: "header", description: "The `ETag` of a kernel that the client has.", schema: text }],
      replies: {
        200: {
          description: "What `setosa compile` writes.",
          content: isScript
            ? { "text/javascript": { schema: text } }
            : { "application/wasm": { schema: { type: "string", format: "binary" } } },
          headers: { ETag: { description: "Changes with the kernel.", schema: text } },
        },
        304: { description: "The client has it already." },
      },
      errors: [
        "KERNEL_UNAVAILABLE",
        "PERMISSION_DENIED",
        "MODEL_NOT_FOUND",
        ...(version === undefined ? [] : (["MODEL_VERSION_NOT_FOUND"] as const)),
      ],
    },
  };
}
