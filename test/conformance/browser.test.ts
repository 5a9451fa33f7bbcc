import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bunBinary, root, start } from "../e2e/process.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "setosa-"));
  const args = ["build", join(root, "src/index.ts"), "--target=browser", "--splitting", "--outdir", join(folder, "bundle")];
  const build = start(bunBinary() ?? "bun", args);
  expect(await build.ended(), build.errors()).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

/** Bundled, `node:` modules are named only by the two dynamic imports that browsers do not reach with bytes of a compiled model. */
describe("the library, bundled for browsers", () => {
  it("imports no module of Node's when it is loaded", async () => {
    const names = await readdir(join(folder, "bundle"));
    const files = await Promise.all(names.map((name) => readFile(join(folder, "bundle", name), "utf8")));
    const imports = files.flatMap((text) => text.match(/(from\s*|import\s*\(?\s*)["'](node:|bun|fs|path|worker_threads)[^"']*["']/g) ?? []);
    expect(imports.toSorted()).toEqual(['import("node:fs/promises"', 'import("node:worker_threads"']);
  });

  it("loads a model from its bytes and predicts, where there is nothing but web standards", async () => {
    // Module resolution refuses everything outside the bundle, and Node's own globals are taken away.
    await writeFile(
      join(folder, "refuse.mjs"),
      `export async function resolve(specifier, context, next) {
         if (/^(node:|bun:)/.test(specifier) || !/^(\\.|file:)/.test(specifier)) throw new Error("There is no " + specifier + " in a browser.");
         return next(specifier, context);
       }`,
    );
    await writeFile(
      join(folder, "page.mjs"),
      `import { readFileSync } from "node:fs";
       import { register } from "node:module";
       const bytes = new Uint8Array(readFileSync(process.argv[2]));
       const write = process.stdout.write.bind(process.stdout);
       register("./refuse.mjs", import.meta.url);
       for (const name of ["process", "Buffer", "global", "require", "setImmediate"]) delete globalThis[name];
       const { loadModel } = await import("./bundle/index.js");
       const model = await loadModel(bytes);
       const { prediction } = model.predict({ "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 });
       const failure = await loadModel("iris.onnx").catch((error) => error);
       const forced = await loadModel(bytes, { engine: "onnxruntime" }).catch((error) => error);
       write(JSON.stringify({ engine: model.engine.kind, parity: model.parity, prediction, failure: [failure.code, failure.hint], forced: [forced.code, forced.message] }));`,
    );
    const page = start(process.execPath, [join(folder, "page.mjs"), join(root, "models/iris.onnx")]);
    expect(await page.ended(), page.errors()).toBe(0);
    expect(JSON.parse(page.output())).toEqual({
      engine: "compiled",
      parity: { rows: 20, passed: 20 },
      prediction: "Iris-Setosa",
      failure: ["MODEL_FILE_UNREADABLE", "Pass the file's bytes: loadModel(await (await fetch(url)).arrayBuffer())."],
      forced: ["ENGINE_UNAVAILABLE", "The model needs onnxruntime, which runs under Node and Bun only (asked for)."],
    });
  });
});
