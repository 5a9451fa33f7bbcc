import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compileModel } from "../../src/artifact/compile-model.ts";
import { SetosaError } from "../../src/errors.ts";
import { readModel } from "../../src/formats/registry.ts";
import { loadModel } from "../../src/models/load-model.ts";
import type { Row } from "../../src/models/model.ts";
import { root } from "../e2e/process.ts";
import { oddRows } from "./rows.ts";
import { importWritten, readBytes, temporaryFolder, writeArtifact } from "./written.ts";

const folder = temporaryFolder();
const examples = readdirSync(join(root, "models")).filter((name) => name.endsWith(".onnx"));
const others = [
  "other-models/knn-two-targets.onnx",
  "other-models/dictionaries.onnx",
  "other-models/string-labels.onnx",
  "boosters/saved/catboost-pipeline.onnx",
  "boosters/saved/lightgbm-categories.onnx",
  "boosters/saved/xgboost-vector-leaves.onnx",
  "boosters/xgboost/pandas.json",
  "boosters/lightgbm/missing.txt",
];
const models = [...examples.map((name) => `models/${name}`), ...others.map((name) => `test/fixtures/${name}`)];

/** What a call gives, or how it fails, in a form that compares every digit. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, code, message, path, hint } = error as SetosaError;
    return { name, code, message, path, hint };
  }
}

describe.each(models)("%s as a module of its own", (file) => {
  it("answers and refuses as the library does, to the last bit", async () => {
    const { name } = await writeArtifact(folder, file);
    const written = await importWritten(folder, name);
    const [embedded, model] = [await written.load(), await loadModel(join(root, file))];
    expect([written.name, written.version]).toEqual([model.name, model.version]);
    const parity = readModel(readBytes(file)).parity?.rows ?? [];
    const example = model.signature.example ?? model.signature.features.map(({ categories }) => categories?.[0] ?? 1);
    const good = [...parity, example];

    for (const row of good) expect(embedded.predict(row)).toEqual(model.predict(row));
    // More than a block of rows, and no whole number of blocks.
    const many = Array.from({ length: 150 }, (_, index) => good[index % good.length] as Row);
    expect(embedded.predictMany(many)).toEqual(model.predictMany(many));

    const refused = oddRows(model.signature, example);
    for (const row of refused) expect(outcome(() => embedded.predict(row as Row))).toEqual(outcome(() => model.predict(row as Row)));
    for (const row of refused.slice(0, 20)) {
      const rows = [...many.slice(0, 70), row as Row];
      expect(outcome(() => embedded.predictMany(rows))).toEqual(outcome(() => model.predictMany(rows)));
    }
    expect(outcome(() => embedded.predictMany([]))).toEqual(outcome(() => model.predictMany([])));

    const numbers = many.flatMap((row) => (row as readonly unknown[]).map((value) => (typeof value === "number" ? value : Number.NaN)));
    for (const values of [Float32Array.from(numbers), Float64Array.from(numbers), numbers, numbers.slice(0, example.length), [1], []])
      expect(outcome(() => structuredClone(embedded.predictRaw(values)))).toEqual(outcome(() => structuredClone(model.predictRaw(values))));
    await model.close();
  });
});

describe("the files of compileModel", () => {
  it("take less than 30 KB gzipped for iris-forest, import nothing and evaluate nothing", async () => {
    const { files } = await compileModel(readBytes("models/iris-forest.onnx"));
    expect([...files.keys()]).toEqual(["iris-forest.wasm", "iris-forest.js", "iris-forest.d.ts"]);
    const gzipped = [...files.values()].map((bytes) => gzipSync(bytes, { level: 9 }).length);
    expect(gzipped.reduce((sum, length) => sum + length)).toBeLessThan(30_000);
    const code = new TextDecoder().decode(files.get("iris-forest.js"));
    expect(code).not.toMatch(/\beval\(|\bFunction\(|\bimport\s*[({"*]|\brequire\(|\bfrom "/);
  });

  it("are the same bytes each time, whatever SIMD this machine has", async () => {
    for (const file of ["models/wine.onnx", "models/loans.onnx", "models/digits.onnx"]) {
      const [one, other] = [await compileModel(readBytes(file), { file }), await compileModel(readBytes(file), { file })];
      expect([...one.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])).toEqual(
        [...other.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
      );
    }
  });

  it("answer without SIMD, too", async () => {
    const { files, parity } = await compileModel(readBytes("models/digits.onnx"), { simd: false });
    expect(parity).toEqual({ rows: 20, passed: 20 });
    const wasm = files.get("digits.wasm");
    expect(wasm).not.toEqual((await compileModel(readBytes("models/digits.onnx"))).files.get("digits.wasm"));
  });

  it("hold hostile names of features and classes as data", async () => {
    const bytes = readBytes("models/iris.onnx");
    const { files } = await compileModel(bytes, { name: "evil" });
    const code = new TextDecoder().decode(files.get("evil.js"));
    // ASCII alone: nothing depends on how a server labels the file.
    expect(code).toMatch(/^[\n -~]*$/);
  });
});

describe("a written module", () => {
  it("is instantiated from bytes, a compiled module, a response or an address; at once or later", async () => {
    const { name, files } = await writeArtifact(folder, "models/iris.onnx");
    const written = await importWritten(folder, name);
    const wasm = Uint8Array.from(files.get("iris.wasm") ?? []);
    const module = await WebAssembly.compile(wasm);
    const address = `data:application/wasm;base64,${Buffer.from(wasm).toString("base64")}`;
    const row = [6.3, 3.3, 6.0, 2.5];
    const expected = (await written.load()).predict(row);
    expect(expected.prediction).toBe("Iris-Virginica");
    for (const source of [wasm, wasm.buffer, module, new Response(wasm), fetch(address), address, new URL(address)])
      expect((await written.load(source)).predict(row)).toEqual(expected);
    for (const source of [wasm, wasm.buffer, module]) expect(written.loadSync(source).predict(row)).toEqual(expected);
  });

  it("takes no other file than its own", async () => {
    const iris = await writeArtifact(folder, "models/iris.onnx");
    const forest = await writeArtifact(folder, "models/iris-forest.onnx");
    const written = await importWritten(folder, iris.name);
    const other = Uint8Array.from(forest.files.get("iris-forest.wasm") ?? []);
    await expect(written.load(other)).rejects.toMatchObject({ name: "SetosaError", code: "MODEL_FILE_INVALID" });
    expect(outcome(() => written.loadSync(other))).toMatchObject({ code: "MODEL_FILE_INVALID" });
    await expect(written.load(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "MODEL_FILE_INVALID" });
    await expect(written.load(new Response("gone", { status: 404 }))).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE" });
    await expect(written.load("file:///no/such/file.wasm")).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE" });
    const { SetosaError: Thrown } = written;
    await expect(written.load(other)).rejects.toBeInstanceOf(Thrown);
  });
});

describe("compileModel", () => {
  it.each([
    ["test/fixtures/texts/tfidf.onnx", "reads the words of a text"],
    ["test/fixtures/deep/torch-transformer.onnx", "cannot be compiled"],
    ["test/fixtures/deep/keras-two-inputs.onnx", "takes tensors"],
  ])("refuses %s", async (file, why) => {
    const error = await compileModel(readBytes(file), { file }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SetosaError);
    expect(error).toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringContaining(why),
      hint: expect.stringContaining("setosa serve"),
    });
  });

  it("refuses a model that does not answer as it did in training", async () => {
    const bytes = readBytes("models/iris.onnx");
    // One digit of the recorded answers, in the file's metadata.
    const text = Buffer.from(bytes).toString("latin1");
    const at = text.indexOf('"scores"');
    const digit = text.slice(at).search(/0\.\d{6}/) + at + 3;
    bytes[digit] = text[digit] === "9" ? 0x31 : 0x39;
    await expect(compileModel(bytes, { file: "iris.onnx" })).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED" });
    expect((await compileModel(bytes, { file: "iris.onnx", parity: false })).parity).toBeUndefined();
  });
});

it("holds the runtime as the sources are now (npm run build:artifact-runtime)", async () => {
  const { runtimeModule } = await import("./bundle-runtime.ts");
  expect(readFileSync(join(root, "src/artifact/runtime-source.ts"), "utf8")).toBe(await runtimeModule());
});
