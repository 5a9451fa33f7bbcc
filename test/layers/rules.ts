/**
 * Which folder of `src/` may import which (docs/architecture.md): the closed table that the check
 * enforces. Everybody may import `errors.ts`, and every folder its own files. A file stands for itself alone.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  graph: ["tensor"],
  formats: ["graph", "tensor"],
  interpreter: ["graph", "tensor"],
  compiler: ["graph", "tensor"],
  engines: ["compiler", "interpreter", "graph", "tensor", "single-file.ts"],
  explain: ["engines", "compiler", "interpreter", "graph", "tensor"],
  // Of the engines only what they are, not how they are made.
  scheduling: ["engines/engine.ts", "tensor"],
  models: ["explain", "scheduling", "formats", "engines", "graph", "tensor"],
  // What routes say of themselves is put together by the server.
  openapi: ["models", "graph", "tensor"],
  protocols: ["openapi", "models", "graph", "tensor"],
  // Files scored with a model, in the forms in which clients of /predict send and get tables.
  scoring: ["protocols", "models", "graph", "tensor"],
  // Of the rest types alone: it has to be small in a browser.
  client: ["models/describe.ts", "models/model.ts", "models/prediction.ts"],
  // What is written for others to compile or run: types of a model, and a model as a module of its own.
  typescript: ["graph"],
  artifact: ["typescript", "models", "formats", "engines", "compiler", "graph", "tensor"],
  // A server inside of another one: the server's parts that need no runtime of their own, and of a compiled module what it is.
  fetch: [
    "artifact/embedded-model.ts",
    "engines/kernel-engine.ts",
    "models",
    "openapi/description.ts",
    "protocols",
    "scheduling",
    "server/application.ts",
    "server/coding-headers.ts",
    "server/codings.ts",
    "server/error-forms.ts",
    "server/health.ts",
    "server/http1/stream-errors.ts",
    "server/index-route.ts",
    "server/limits.ts",
    "server/router.ts",
    "server/transport.ts",
    "server/turn-queue.ts",
    "server/waiting-room.ts",
    "telemetry/logs/request-id.ts",
    "version.ts",
    "package-folder.ts",
  ],
  "single-file.ts": [],
  "package-folder.ts": ["single-file.ts"],
  "version.ts": [],
  telemetry: [],
  // Of what is written for others only how names are made.
  server: ["protocols", "openapi", "models", "telemetry", "tensor", "typescript/text.ts", "package-folder.ts"],
  // A load generator must not lean on the server that it measures.
  bench: [],
  cli: [
    "scoring",
    "protocols",
    "artifact",
    "typescript",
    "server",
    "telemetry",
    "bench",
    "formats",
    "models",
    "scheduling",
    "compiler",
    "graph",
    "tensor",
    "version.ts",
    "package-folder.ts",
  ],
  // All that the single executable starts.
  binary: ["cli/main.ts", "models/isolated/loader-main.js", "bench/client/responder.js", "package-folder.ts"],
  "index.ts": ["engines", "explain", "graph", "models", "tensor"],
};

/** Folders whose own folders are variants of one thing: they never import each other. */
export const variants: readonly string[] = ["formats", "protocols"];

/** Packages and runtime modules by folder; none where a folder is absent. `errors … compiler` run in browsers. */
export const packages: Readonly<Record<string, readonly RegExp[]>> = {
  formats: [/^@bufbuild\/protobuf\/wire$/],
  engines: [/^node:worker_threads$/, /^onnxruntime-node$/],
  // tsx only where it runs from the sources, in a process of its own.
  models: [/^node:(child_process|crypto|fs|fs\/promises|os|path|url)$/, /^tsx\/esm\/api$/],
  // The type of the file system that a module asks its host for.
  // And what makes one in a process of its own.
  artifact: [/^node:(child_process|crypto|fs|fs\/promises|os|path|url)$/, /^tsx\/esm\/api$/],
  // Of a path, where the host has paths; and the adapter for Node's own requests.
  fetch: [/^node:(url|http)$/],
  scoring: [/^node:/, /^tsx\/esm\/api$/, /^hyparquet(-writer|-compressors)?$/],
  server: [/^node:/, /^bun$/],
  bench: [/^node:/, /^tsx\/esm\/api$/],
  cli: [/^node:/],
  binary: [/^node:path$/],
};
