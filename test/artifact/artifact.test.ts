import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compileModel } from "../../src/artifact/compile-model.ts";
import { SetosaError } from "../../src/errors.ts";
import { readModel } from "../../src/formats/registry.ts";
import { loadModel } from "../../src/models/load-model.ts";
import type { Row } from "../../src/models/model.ts";
import { root } from "../e2e/process.ts";
import { model, node } from "../onnx/tiny-models.ts";
import { typeErrors } from "../typescript/compile.ts";
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

/** What would end a literal, a comment, a template or a line, or be something else than a name. */
const hostileNames = [
  '"; globalThis.evil = 1; "',
  "'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what makes it hostile.
  "`${globalThis.evil = 1}`",
  "\\",
  "a\nglobalThis.evil = 1",
  "\r\u2028\u2029",
  "*/ globalThis.evil = 1; /*",
  "</script><script>",
  "__proto__",
  "constructor",
  "\u202e\ud800é\0",
  "@deprecated",
];

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

  const typed: Record<string, string> = {};
  it.each(hostileNames)("hold the hostile name %j of features, classes, inputs and outputs as data", async (hostile) => {
    // Protocol Buffers hold no lone surrogate, and names in a graph no control character: a file with one is refused.
    const label = hostile.replace("\ud800", "\ufffd");
    const graphs = label.replace(/\p{Cc}/gu, " ");
    const [input, labels, scores] = [`X${graphs}`, `l${graphs}`, `s${graphs}`];
    const task = { kind: "classification", classes: [hostile, "right"], labels: [label, "right"], label: labels, scores };
    const features = [hostile, `${hostile} `].map((name, column) => ({ name, input, column, dtype: "float32", missing: false }));
    const signature = { format: 1, name: "evil", version: "1", task: { ...task, score_kind: "decision" }, features, example: [2, 1] };
    const bytes = model({
      inputs: [{ name: input, dtype: "float32", shape: ["batch", 2] }],
      outputs: [
        { name: labels, dtype: "string", shape: ["batch"] },
        { name: scores, dtype: "float32", shape: ["batch", 2] },
      ],
      nodes: [
        node("ai.onnx.ml.LinearClassifier", [input], [labels, scores], {
          coefficients: { kind: "floats", value: Float32Array.of(1, 0, 0, 1) },
          intercepts: { kind: "floats", value: Float32Array.of(0, 0) },
          classlabels_strings: { kind: "strings", value: [label, "right"] },
          multi_class: { kind: "int", value: 0 },
          post_transform: { kind: "string", value: "NONE" },
        }),
      ],
      metadata: { "setosa.signature": JSON.stringify(signature) },
    });
    const name = `evil-${hostileNames.indexOf(hostile)}`;
    const { files } = await compileModel(bytes, { name });
    for (const [file, content] of files) writeFileSync(join(folder, file), content);
    const [code, types] = [`${name}.js`, `${name}.d.ts`].map((file) => new TextDecoder().decode(files.get(file)));
    // ASCII alone: nothing depends on how a server labels the file.
    expect(code).toMatch(/^[\n -~]*$/);

    const [embedded, loaded] = [await (await importWritten(folder, name)).load(), await loadModel(bytes)];
    const named = Object.fromEntries(features.map((feature, index) => [feature.name, 2 - index]));
    for (const row of [[2, 1], [1, 2], named] as Row[]) expect(embedded.predict(row)).toEqual(loaded.predict(row));
    expect(embedded.predict([2, 1]).prediction).toBe(hostile);
    expect(Object.keys(embedded.predict(named).scores ?? {})).toEqual([hostile, "right"]);
    for (const row of [[1], { [hostile]: 1 }, { ...named, [`${hostile}?`]: 1 }])
      expect(outcome(() => embedded.predict(row as Row))).toEqual(outcome(() => loaded.predict(row as Row)));
    expect("evil" in globalThis).toBe(false);

    const use = `
      import { load, type ModelRow } from "./${name}.js";
      const row: ModelRow = { [${JSON.stringify(hostile)}]: 1, [${JSON.stringify(`${hostile} `)}]: 2 };
      const label: ${JSON.stringify(hostile)} | "right" = (await load()).predict(row).prediction;
      export { label };
    `;
    // Checked together: a compiler takes longer to start than to read them all.
    Object.assign(typed, { [`${name}.js`]: "", [`${name}.d.ts`]: types ?? "", [`use-${name}.ts`]: use });
    await loaded.close();
  });

  it("hold hostile names in their types", { timeout: 60_000 }, () => {
    expect(Object.keys(typed)).toHaveLength(3 * hostileNames.length);
    expect(typeErrors(typed)).toEqual([]);
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
