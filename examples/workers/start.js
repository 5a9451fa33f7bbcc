// The worker in workerd, Cloudflare's own runtime, on this machine.
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: Number(process.env.PORT ?? 3000),
  compatibilityDate: "2026-07-01",
  modules: [
    { type: "ESModule", path: "build/worker.js", contents: readFileSync("build/worker.js", "utf8") },
    { type: "CompiledWasm", path: "compiled/iris.wasm", contents: readFileSync("compiled/iris.wasm") },
  ],
});
console.log((await miniflare.ready).origin);

process.once("SIGTERM", () => miniflare.dispose());
