import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../models/load-model.ts";
import type { Model } from "../../models/model.ts";
import type { Turns } from "../../models/turns.ts";
import type { Answer } from "../exchange.ts";
import { createHandlers, type VerbName } from "./handlers.ts";

const root = new URL("../../../", import.meta.url);
const load = async (path: string): Promise<Model> => loadModel(await readFile(new URL(path, root)), { parity: false });
const iris = await load("models/iris.onnx");
const loans = await load("models/loans.onnx");
const diabetes = await load("models/diabetes.onnx");
const kerasIris = await load("test/fixtures/deep/keras-iris.onnx");
const twoInputs = await load("test/fixtures/deep/keras-two-inputs.onnx");
const knnTwoLabels = await load("test/fixtures/other-models/knn-two-labels.onnx");

const limits = { jsonDepth: 32, rows: 1000 };
const handlersOf = createHandlers(limits);

/** As Python's `json` writes and reads it. */
const python = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "number" && !Number.isFinite(inner) ? `#${inner}#` : inner)).replace(
    /"#(.*?)#"/g,
    "$1",
  );
const read = (text: string): unknown => {
  const marked = text.replace(/-?\b(NaN|Infinity)\b/g, '"#$&"');
  return JSON.parse(marked, (_, value: unknown) => (typeof value === "string" && value.startsWith("#") ? Number(value.slice(1)) : value));
};

async function ask(model: Model, body: unknown, verb: VerbName = "predict"): Promise<Record<string, unknown>> {
  const answer: Answer = await handlersOf(model)[verb](new TextEncoder().encode(typeof body === "string" ? body : python(body)));
  return read(answer.body as string) as Record<string, unknown>;
}

async function refusal(model: Model, body: unknown, verb: VerbName = "predict"): Promise<unknown[]> {
  try {
    await ask(model, body, verb);
  } catch (error) {
    const { code, path } = error as { code: string; path?: string };
    return path === undefined ? [code] : [code, path];
  }
  throw new Error("accepted");
}

const setosa = [5.1, 3.5, 1.4, 0.2];
const virginica = [6.3, 3.3, 6, 2.5];
const named = (model: Model, row: readonly unknown[]) =>
  Object.fromEntries(model.signature.features.map(({ name }, index) => [name, row[index]]));

describe("predictions of a model of rows", () => {
  it("are what the framework's predict answers: labels of scikit-learn, the last layer of a network, values of a regression", async () => {
    expect(await ask(iris, { instances: [setosa, virginica] })).toEqual({ predictions: ["Iris-Setosa", "Iris-Virginica"] });
    const { predictions } = await ask(kerasIris, { instances: [setosa] });
    expect(predictions).toEqual([Object.values(kerasIris.predict(setosa).probabilities ?? {})]);
    const row = diabetes.signature.example as number[];
    expect(await ask(diabetes, { instances: [row] })).toEqual({ predictions: [diabetes.predict(row).prediction] });
  });

  it("are what another signature gives", async () => {
    const { prediction, probabilities = {} } = iris.predict(virginica);
    const scores = Object.values(probabilities);
    const instances = [virginica];
    expect(await ask(iris, { signature_name: "predict", instances })).toEqual({ predictions: [prediction] });
    expect(await ask(iris, { signature_name: "serving_default", instances })).toEqual({ predictions: [prediction] });
    expect(await ask(iris, { signature_name: "predict_proba", instances })).toEqual({ predictions: [scores] });
    const both = { label: prediction, probabilities: scores };
    expect(await ask(iris, { signature_name: "outputs", instances })).toEqual({ predictions: [both] });
    expect(await ask(iris, { signature_name: "outputs", inputs: instances })).toEqual({
      outputs: { label: [prediction], probabilities: [scores] },
    });
    expect(await refusal(iris, { signature_name: "decision_function", instances })).toEqual(["ARGUMENT_INVALID", "signature_name"]);
  });

  it.each([
    ["lists", (row: number[]) => row],
    ["objects", (row: number[]) => named(iris, row)],
    [
      "objects of lists of one",
      (row: number[]) =>
        named(
          iris,
          row.map((value) => [value]),
        ),
    ],
    ["objects of inputs", (row: number[]) => ({ [iris.graph.inputs[0]?.name ?? ""]: row })],
  ])("come from %s", async (_, form) => {
    expect(await ask(iris, { instances: [form(setosa), form(virginica)] })).toEqual({ predictions: ["Iris-Setosa", "Iris-Virginica"] });
  });

  it("come from a data frame of several rows in one instance, as KServe's clients send it", async () => {
    const frame = named(
      iris,
      setosa.map((value, index) => [value, virginica[index]]),
    );
    expect(await ask(iris, { instances: [frame] })).toEqual({ predictions: ["Iris-Setosa", "Iris-Virginica"] });
  });

  it("come from text and from bytes, and NaN is a missing value", async () => {
    const row = named(loans, (loans.signature.example ?? []) as unknown[]);
    const purpose = { b64: btoa(String(row.purpose)) };
    const expected = await ask(loans, { instances: [row, { ...row, income: null }] });
    expect(await ask(loans, { instances: [row, { ...row, purpose, income: Number.NaN }] })).toEqual(expected);
  });

  it.each<[string, unknown, string, string?]>([
    ["rows of another width", { instances: [[1, 2]] }, "ROW_WIDTH_INVALID", "instances[0]"],
    [
      "a mistyped feature",
      { instances: [{ ...named(iris, setosa), "petal widht (cm)": 1 }] },
      "FEATURE_UNKNOWN",
      'instances[0]["petal widht (cm)"]',
    ],
    ["text for a number", { instances: [setosa, ["a", 1, 1, 1]] }, "FEATURE_TYPE_INVALID", "instances[1][0]"],
    ["NaN where nothing may be missing", { instances: [[Number.NaN, 1, 1, 1]] }, "FEATURE_NULL", "instances[0][0]"],
    ["an infinity", { instances: [[Number.POSITIVE_INFINITY, 1, 1, 1]] }, "FEATURE_NOT_FINITE", "instances[0][0]"],
    ["a value for a row", { instances: [1] }, "BODY_SHAPE_INVALID", "instances[0]"],
    ["an input of another width", { instances: [{ X: [1] }] }, "TENSOR_INVALID", 'instances[0]["X"]'],
    ["an input and something else", { instances: [{ X: setosa, Y: 1 }] }, "TENSOR_INVALID", 'instances[0]["Y"]'],
    ["no rows", { instances: [] }, "ROWS_EMPTY", "instances"],
    ["too many rows", { instances: Array.from({ length: 1001 }, () => setosa) }, "ROWS_TOO_MANY", "instances"],
    [
      "too many rows in an instance",
      {
        instances: [
          named(
            iris,
            setosa.map(() => new Array(1001).fill(1)),
          ),
        ],
      },
      "ROWS_TOO_MANY",
      "instances",
    ],
    ["no list", { instances: { a: 1 } }, "BODY_SHAPE_INVALID", "instances"],
    ["neither form", { rows: [] }, "BODY_SHAPE_INVALID"],
    ["both forms", { instances: [setosa], inputs: [setosa] }, "BODY_SHAPE_INVALID"],
    ["no object", [setosa], "BODY_SHAPE_INVALID"],
    ["a signature that is no string", { signature_name: 1, instances: [setosa] }, "BODY_SHAPE_INVALID", "signature_name"],
    ["columns of other lengths", { inputs: named(iris, [[1], [1, 2], [1], [1]]) }, "BODY_SHAPE_INVALID", 'inputs["sepal width (cm)"]'],
    ["a column too few", { inputs: { "petal width (cm)": [1] } }, "FEATURE_MISSING", 'inputs["sepal length (cm)"]'],
    ["a column too many", { inputs: { ...named(iris, setosa), petal: [1] } }, "FEATURE_UNKNOWN", 'inputs["petal"]'],
    ["no columns", { inputs: {} }, "FEATURE_MISSING", 'inputs["sepal length (cm)"]'],
    [
      "too many columns' rows",
      {
        inputs: named(
          iris,
          setosa.map(() => new Array(1001).fill(1)),
        ),
      },
      "ROWS_TOO_MANY",
      "inputs",
    ],
    ["empty columns", { inputs: named(iris, [[], [], [], []]) }, "ROWS_EMPTY", 'inputs["sepal length (cm)"]'],
  ])("refuse %s", async (_, body, code, path) => {
    expect(await refusal(iris, body)).toEqual(path === undefined ? [code] : [code, path]);
  });

  it("refuse bytes that are no text", async () => {
    const row = { ...named(loans, (loans.signature.example ?? []) as unknown[]), purpose: { b64: "*" } };
    expect(await refusal(loans, { instances: [row] })).toEqual(["FEATURE_TYPE_INVALID", 'instances[0]["purpose"]']);
    expect(await refusal(loans, { instances: [Object.values(row)] })).toEqual(["FEATURE_TYPE_INVALID", "instances[0][5]"]);
  });

  it("agree by rows and by columns, whatever the rows are", async () => {
    const number = fc.float({ min: Math.fround(0.1), max: 8, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 80 }), async (rows) => {
        const { predictions } = await ask(iris, { signature_name: "outputs", instances: rows });
        const columns = named(
          iris,
          [0, 1, 2, 3].map((column) => rows.map((row) => row[column])),
        );
        const answers = [rows, columns, { X: rows }].map((inputs) => ask(iris, { signature_name: "outputs", inputs }));
        for (const { outputs } of await Promise.all(answers)) {
          const { label, probabilities } = outputs as { label: unknown[]; probabilities: unknown[] };
          expect(label.map((one, row) => ({ label: one, probabilities: probabilities[row] }))).toEqual(predictions);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("of many rows are what they are at once, while others have their turn", async () => {
    let now = 0;
    let waits = 0;
    const turns: Turns = { now: () => now++, next: async () => void waits++, enter: () => {}, leave: () => {} };
    const post = createHandlers({ jsonDepth: 32, rows: 10_000, turns })(iris).predict;
    const rows = Array.from({ length: 4000 }, (_, index) =>
      [4 + index / 1000, 3, 1 + index / 1000, Number.NaN].map((value) => (Number.isNaN(value) ? 0.2 : value)),
    );
    for (const body of [{ instances: rows }, { signature_name: "outputs", inputs: rows }]) {
      const sent = `${python(body)}${" ".repeat(200_000)}`;
      const answer = await post(new TextEncoder().encode(sent));
      const atOnce = await createHandlers({ ...limits, rows: 10_000 })(iris).predict(new TextEncoder().encode(sent));
      expect(answer.body).toBe(atOnce.body);
    }
    expect(waits).toBeGreaterThan(1);
  });
});

describe("classify and regress", () => {
  const examples = [
    named(iris, setosa),
    named(
      iris,
      virginica.map((value) => [value]),
    ),
  ];

  it("give every class with its score, and the value", async () => {
    const pairs = (row: number[]) => Object.entries(iris.predict(row).probabilities ?? {});
    expect(await ask(iris, { examples }, "classify")).toEqual({ results: [pairs(setosa), pairs(virginica)] });
    const row = diabetes.signature.example as number[];
    const body = { signature_name: "tensorflow/serving/regress", examples: [named(diabetes, row)] };
    expect(await ask(diabetes, body, "regress")).toEqual({ results: [diabetes.predict(row).prediction] });
  });

  it("share the features of the context", async () => {
    const [length, width, ...petal] = Object.entries(named(iris, setosa));
    const body = { context: Object.fromEntries(petal), examples: [Object.fromEntries([length, width] as [string, unknown][])] };
    expect(await ask(iris, body, "classify")).toEqual(await ask(iris, { examples: [named(iris, setosa)] }, "classify"));
  });

  it.each<[string, Model, unknown, VerbName, readonly string[]]>([
    ["a classifier for a value", iris, { examples }, "regress", ["ARGUMENT_INVALID"]],
    ["a regression for classes", diabetes, { examples: [{}] }, "classify", ["ARGUMENT_INVALID"]],
    ["tensors for classes", twoInputs, { examples: [{}] }, "classify", ["ARGUMENT_INVALID"]],
    ["another signature", iris, { signature_name: "predict_proba", examples }, "classify", ["ARGUMENT_INVALID", "signature_name"]],
    ["no examples", iris, { instances: [setosa] }, "classify", ["BODY_SHAPE_INVALID", "examples"]],
    ["an example that is no object", iris, { examples: [setosa] }, "classify", ["BODY_SHAPE_INVALID", "examples[0]"]],
    [
      "a feature twice",
      iris,
      { context: named(iris, setosa), examples },
      "classify",
      ["FEATURE_REPEATED", 'examples[0]["sepal length (cm)"]'],
    ],
    ["a context that is a list", iris, { context: [], examples }, "classify", ["BODY_SHAPE_INVALID", "context"]],
    [
      "two values for a feature",
      iris,
      { examples: [named(iris, [[1, 2], 1, 1, 1])] },
      "classify",
      ["FEATURE_TYPE_INVALID", 'examples[0]["sepal length (cm)"]'],
    ],
  ])("refuse to ask %s", async (_, model, body, verb, expected) => {
    expect(await refusal(model, body, verb)).toEqual(expected);
  });
});

describe("predictions of a model of tensors", () => {
  const left = [1, 2, 3];
  const right = [1, 2, 3, 4, 5];

  it("agree by rows and by columns, with every number that there is", async () => {
    const number = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
    const list = (length: number) => fc.array(number, { minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ left: list(3), right: list(5) }), { minLength: 1, maxLength: 70 }), async (instances) => {
        const { predictions } = await ask(twoInputs, { instances });
        const inputs = { left: instances.map((row) => row.left), right: instances.map((row) => row.right) };
        const { scores, risk } = (await ask(twoInputs, { inputs })).outputs as { scores: unknown[]; risk: unknown[] };
        expect(scores.map((one, row) => ({ scores: one, risk: risk[row] }))).toEqual(predictions);
        expect(scores).toHaveLength(instances.length);
      }),
      { numRuns: 50 },
    );
  });

  it("give NaN back as NaN", async () => {
    expect(await ask(twoInputs, '{"instances": [{"left": [NaN, 2, 3], "right": [1, 2, 3, 4, 5]}]}')).toEqual({
      predictions: [{ scores: [Number.NaN, Number.NaN], risk: [Number.NaN] }],
    });
  });

  it("take one input without its name", async () => {
    const { outputs } = await ask(knnTwoLabels, { inputs: [setosa] });
    expect(outputs).toMatchObject({ label: [[0, 0]] });
    expect(await ask(knnTwoLabels, { inputs: { X: [setosa] } })).toEqual({ outputs });
  });

  it.each<[string, Model, unknown, readonly string[]]>([
    ["unnamed instances of two inputs", twoInputs, { instances: [left] }, ["TENSOR_INVALID", "instances"]],
    ["unnamed columns of two inputs", twoInputs, { inputs: [left] }, ["TENSOR_INVALID", "inputs"]],
    ["an instance without an input", twoInputs, { instances: [{ left, right }, { left }] }, ["TENSOR_INVALID", "instances[1]"]],
    ["an input that there is not", twoInputs, { inputs: { left: [left], right: [right], up: [] } }, ["TENSOR_INVALID", "inputs"]],
    ["instances of two forms", twoInputs, { instances: [{ left, right }, left] }, ["BODY_SHAPE_INVALID", "instances[1]"]],
    [
      "lists of two lengths",
      twoInputs,
      {
        instances: [
          { left, right },
          { left: [1], right },
        ],
      },
      ["TENSOR_INVALID", 'instances["left"][1]'],
    ],
    ["text for numbers", twoInputs, { instances: [{ left: ["a", 1, 2], right }] }, ["TENSOR_INVALID", 'instances["left"][0][0]']],
    ["bytes for numbers", twoInputs, { instances: [{ left: [{ b64: "" }, 1, 2], right }] }, ["TENSOR_INVALID", 'instances["left"][0][0]']],
    [
      "a number that float32 does not hold",
      twoInputs,
      { instances: [{ left: [1e39, 1, 2], right }] },
      ["TENSOR_INVALID", 'instances["left"][0][0]'],
    ],
    ["another signature", twoInputs, { signature_name: "predict", instances: [{ left, right }] }, ["ARGUMENT_INVALID", "signature_name"]],
    ["rows of outputs that have none", knnTwoLabels, { instances: [setosa] }, ["TENSOR_INVALID", "instances"]],
  ])("refuse %s", async (_, model, body, expected) => {
    expect(await refusal(model, body)).toEqual(expected);
  });

  it("do not allocate for lists that are not there", async () => {
    const wide = new Array(20_000).fill(1);
    const body = { instances: [wide, ...Array.from({ length: 900 }, () => [])] };
    expect(await refusal(knnTwoLabels, body)).toEqual(["TENSOR_INVALID", "instances"]);
  });
});
