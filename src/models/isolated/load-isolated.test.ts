import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature, pooling } from "../../../test/onnx/tiny-models.ts";
import { SetosaError } from "../../errors.ts";
import { defaultSettings, forAll } from "../../scheduling/settings.ts";
import { describeModel } from "../describe.ts";
import { type LoadOptions, loadModel } from "../load-model.ts";
import type { Model } from "../model.ts";
import { loadIsolated } from "./load-isolated.ts";

const folder = await mkdtemp(join(tmpdir(), "setosa-"));
afterAll(() => rm(folder, { recursive: true }));
const models = fileURLToPath(new URL("../../../models/", import.meta.url));
const fixtures = fileURLToPath(new URL("../../../test/fixtures/", import.meta.url));

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function bothWays<T>(path: string, options: LoadOptions, use: (model: Model) => T | Promise<T>): Promise<[T, T]> {
  const results = [];
  for (const load of [loadIsolated, loadModel]) {
    const model = await load(path, options);
    results.push(await use(model));
    await model.close();
  }
  return results as [T, T];
}

/** What a failed load says, but for the stack and the cause. */
async function failure(loading: Promise<Model>): Promise<unknown> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof SetosaError ? { code: error.code, message: error.message, path: error.path, hint: error.hint } : error;
}

describe("loadIsolated", { timeout: 60_000 }, () => {
  it.each([
    ["numbers", join(models, "iris-forest.onnx")],
    ["categories", join(models, "loans.onnx")],
    ["texts", join(fixtures, "texts", "mixed.onnx")],
    ["texts and n-grams", join(fixtures, "texts", "tfidf.onnx")],
  ])("makes of a model of %s what loadModel makes of it", async (_, path) => {
    const [isolated, local] = await bothWays(path, {}, (model) => {
      const { loadMilliseconds: _, ...described } = describeModel(model);
      const { example } = model.signature;
      const rows = example === undefined ? [] : [example, example, example];
      return { described, one: rows.slice(0, 1).map((row) => model.predict(row)), many: rows.length > 0 && model.predictMany(rows) };
    });
    expect(isolated).toEqual(local);
    expect(isolated.described.engine).toBe("compiled");
  });

  it.each(["compiled", "onnxruntime", "interpreted"] as const)("runs a model on the %s engine that was asked for", async (engine) => {
    const path = await fileOf(`${engine}.onnx`, classifier());
    const [isolated, local] = await bothWays(path, { engine }, async (model) => [
      model.engine.kind,
      model.parity,
      await model.predictAsync([2, 1]),
    ]);
    expect(isolated).toEqual(local);
    expect(isolated[0]).toBe(engine);
  });

  it("takes to onnxruntime what the compiler does not cover, and checks it there", async () => {
    const path = await fileOf("pooling.onnx", pooling());
    const [isolated, local] = await bothWays(path, {}, ({ engine }) => [engine.kind, engine.reason]);
    expect(isolated).toEqual(local);
    const wrong = await fileOf("wrong.onnx", classifier({ parity: { ...classifierParity, labels: [0, 0] } }));
    expect(await failure(loadIsolated(wrong, { engine: "onnxruntime" }))).toMatchObject({ code: "MODEL_PARITY_FAILED" });
  });

  it("puts a queue before an engine that answers later", async () => {
    const path = await fileOf("queued.onnx", pooling());
    const settings = { ...defaultSettings, batchRows: forAll(8), threads: forAll(2) };
    const scheduling = { settings, time: { now: () => performance.now(), timer: () => () => {} } };
    const [isolated, local] = await bothWays(path, { scheduling }, ({ engine }) => [engine.parallel, engine.queue?.batching]);
    expect(isolated).toEqual(local);
    expect(isolated).toEqual([2, "up to 8 rows together"]);
  });

  it("fails as loadModel does", async () => {
    const cases: [string, LoadOptions][] = [
      [join(folder, "absent.onnx"), {}],
      [await fileOf("cut.onnx", classifier().subarray(0, 200)), {}],
      [await fileOf("large.onnx", classifier()), { maxBytes: 100 }],
      [await fileOf("uncovered.onnx", pooling()), { engine: "compiled" }],
      [await fileOf("parity.onnx", classifier({ parity: { ...classifierParity, labels: [0, 0] } })), {}],
      [join(models, "iris.onnx"), { root: folder }],
    ];
    const local = await Promise.all(cases.map(([path, options]) => failure(loadModel(path, options))));
    for (const error of local) expect(error).toHaveProperty("code");
    const isolated: unknown[] = [];
    for (const [path, options] of cases) isolated.push(await failure(loadIsolated(path, options)));
    expect(isolated).toEqual(local);
  });

  it("takes name and version from the options, and skips parity where it shall", async () => {
    const bytes = classifier({ signature: { ...classifierSignature, name: "other" }, parity: { ...classifierParity, labels: [0, 0] } });
    const model = await loadIsolated(await fileOf("named.onnx", bytes), { name: "mine", version: "9", parity: false });
    expect([model.name, model.version, model.parity]).toEqual(["mine", "9", undefined]);
  });

  it("outlives a process that needs more memory than it may have", async () => {
    const path = join(models, "iris.onnx");
    expect(await failure(loadIsolated(path, { heapMegabytes: 8 }))).toEqual({
      code: "MODEL_MEMORY_EXHAUSTED",
      message: "The process that loads the model ended before it had: it needs more than 8 MiB.",
      path: undefined,
      hint: "Save a smaller model, or check that the file is what it should be.",
    });
    await (await loadIsolated(path)).close();
  });

  it("can be given up, before and while the process works", async () => {
    const path = join(models, "wine.onnx");
    const reason = new Error("no longer wanted");
    await expect(loadIsolated(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = loadIsolated(path, { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(loading).rejects.toBe(reason);
  });
});
