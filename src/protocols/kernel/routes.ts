import { SetosaError } from "../../errors.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { Answer, Head, HttpRequest, Protocol, Route } from "../exchange.ts";
import { describeKernel } from "./describe.ts";
import type { KernelFiles, Kernels } from "./kernels.ts";

const protocol = "kernel";

const files = [
  { file: "kernel.js", type: "text/javascript; charset=utf-8", summary: "as an ES module.", of: ({ script }: KernelFiles) => script },
  { file: "kernel.wasm", type: "application/wasm", summary: "as WebAssembly.", of: ({ wasm }: KernelFiles) => wasm },
] as const;

export interface KernelOptions {
  readonly models: ServedModels;
  /** Undefined where kernels are not handed out: then the paths say so. */
  readonly kernels: Kernels | undefined;
  /** Throws for a request that may not have them. */
  readonly check?: ((request: HttpRequest) => void) | undefined;
}

/** `/models/{name}/kernel.js` and `kernel.wasm`: the model itself, to run where the client is. */
export function kernelProtocol({ models, kernels, check }: KernelOptions): Protocol {
  return {
    get routes() {
      if (kernels === undefined) return [];
      const { names, list } = models.library;
      return [
        ...names.flatMap((name) => kernelRoutes({ models, kernels, check }, `/models/${name}`, name)),
        ...list.flatMap(({ name, version }) =>
          kernelRoutes({ models, kernels, check }, `/models/${name}/versions/${version}`, name, version),
        ),
      ];
    },
    explain: (path) => (kernels === undefined && /^\/models\/.+\/kernel\.(js|wasm)$/.test(path) ? notShared() : undefined),
  };
}

type Shared = KernelOptions & { readonly kernels: Kernels };

function kernelRoutes({ models, kernels, check }: Shared, path: string, name: string, version?: string): Route[] {
  return files.map(({ file, type, summary, of }) => ({
    path: `${path}/${file}`,
    summary: `${name}${version === undefined ? "" : ` ${version}`} ${summary}`,
    protocol,
    model: name,
    ...(version === undefined ? {} : { version }),
    later: false,
    describe: () => describeKernel({ name, version, file }),
    get: async (request) => {
      check?.(request);
      // Not picked: of a canary's share nobody could tell which module goes with which WebAssembly.
      const kernel = await kernels.of(models.library.get(name, version));
      return send(request, type, kernel, of(kernel));
    },
  }));
}

/** A version's file may be replaced, so that what a cache has is asked for again; mostly it is the same (RFC 9110, 13.1.2). */
function send(request: HttpRequest, type: string, { fingerprint }: KernelFiles, body: Uint8Array): Answer {
  // Weak: what is compressed on its way is the same kernel in other bytes.
  const etag = `W/"${fingerprint}"`;
  const headers = { etag, "cache-control": "no-cache" };
  const known = request.headers.get("if-none-match") ?? "";
  if (known.split(",").some((tag) => tag.trim() === etag)) return { head: headOf(304, headers), body: "" };
  return { head: headOf(200, { "content-type": type, ...headers }), body };
}

function headOf(status: number, headers: Head["headers"]): Head {
  return { status, headers };
}

function notShared(): SetosaError {
  return new SetosaError("ROUTE_NOT_FOUND", "This server does not hand out its models' kernels.", {
    hint: "Start it with --share-kernels on, or write the files with setosa compile.",
  });
}
