import { describe, expect, it } from "vitest";
import { compileModel } from "../../src/artifact/compile-model.ts";
import { readModel } from "../../src/formats/registry.ts";
import type { Feature, Signature, Task } from "../../src/graph/signature.ts";
import { type TypedModel, typesModule } from "../../src/typescript/model-types.ts";
import { readBytes } from "../artifact/written.ts";
import { typeErrors } from "./compile.ts";

function example(name: string): TypedModel {
  return { name, version: "1", signature: readModel(readBytes(`models/${name}.onnx`)).signature };
}

function feature(name: string, more: Partial<Feature> = {}): Feature {
  return { name, input: "X", column: 0, dtype: "float32", missing: false, ...more };
}

function model(name: string, features: readonly Feature[], task?: Task): TypedModel {
  const signature: Signature = { task: task ?? { kind: "regression", targets: ["y"], value: "y" }, features };
  return { name, version: "1", signature };
}

function classes(labels: readonly (string | number | boolean)[]): Task {
  return { kind: "classification", classes: labels, labels: [], label: "label", scores: "scores", scoreKind: "probability" };
}

const loan = `{ income: 1, loan_amount: 2, age: 30, employment_years: null, debt_ratio: 0.2, purpose: "car", home_ownership: "own" }`;
const use = (body: string) => `
import { createClient, SetosaClientError } from "setosa/client";
import type { LoansRow, Models } from "./models.ts";
const client = createClient<Models>("http://localhost:8080");
${body}
`;

describe("the types of the example models", () => {
  const models = typesModule(["iris", "loans", "digits"].map(example));
  it("let through what fits", () => {
    const good = `
      const row: LoansRow = ${loan};
      const answer = await client.predict("loans", row);
      const label: "default" | "repaid" = answer.prediction;
      const chance: number = answer.probabilities.repaid;
      const by: string = answer.model + answer.version;
      const { predictions } = await client.predictMany("iris", [[5.1, 3.5, 1.4, 0.2], { "sepal length (cm)": 1, "sepal width (cm)": 1, "petal length (cm)": 1, "petal width (cm)": 1 }]);
      const setosa: number | undefined = predictions[0]?.probabilities["Iris-Setosa"];
      // Categories that training ignored are taken, too.
      await client.predict("loans", { ...row, purpose: "yacht" });
      try { await client.models(); } catch (error) { if (error instanceof SetosaClientError) console.log(error.code === "OVERLOADED", error.hint); }
      export { label, chance, by, setosa };
    `;
    expect(typeErrors({ "models.ts": models, "use.ts": use(good) })).toEqual([]);
  });

  it("stop what does not, with one error each", () => {
    const wrong: Readonly<Record<string, string>> = {
      "a model that there is not": `await client.predict("lones", ${loan});`,
      "a missing feature": `await client.predict("loans", { income: 1 });`,
      "a feature that there is not": `await client.predict("loans", { ...${loan}, incom: 1 });`,
      "a text for a number": `await client.predict("loans", { ...${loan}, age: "30" });`,
      "null where nothing may be missing": `await client.predict("iris", [5.1, 3.5, 1.4, null]);`,
      "a list of another length": `await client.predict("iris", [5.1, 3.5, 1.4]);`,
      "a class that there is not": `const { prediction } = await client.predict("loans", ${loan}); if (prediction === "paid") console.log();`,
      "the probability of one": `const { probabilities } = await client.predict("loans", ${loan}); console.log(probabilities.paid);`,
    };
    const files = Object.values(wrong).map((body, index) => [`use-${index}.ts`, use(body)] as const);
    const errors = typeErrors({ "models.ts": models, ...Object.fromEntries(files) });
    const found = Object.keys(wrong).map((what, index) => [what, errors.filter((line) => line.startsWith(`use-${index}.ts`)).length]);
    expect(found).toEqual(Object.keys(wrong).map((what) => [what, 1]));
    expect(errors).toHaveLength(found.length);
  });

  it("break the build of a user whose feature was renamed in training", () => {
    const body = `await client.predict("loans", ${loan});`;
    expect(typeErrors({ "models.ts": models, "use.ts": use(body) })).toEqual([]);
    const loans = example("loans");
    const renamed = loans.signature.features.map((one) => (one.name === "income" ? { ...one, name: "yearly_income" } : one));
    const types = typesModule([{ ...loans, signature: { ...loans.signature, features: renamed } }]);
    const [error, ...others] = typeErrors({ "models.ts": types, "use.ts": use(body) });
    expect(others).toEqual([]);
    expect(error).toContain("'income' does not exist in type");
  });
});

describe("the types of any model", () => {
  it("hold hostile names as they are, and nothing else", () => {
    const names = [
      '"',
      "'",
      "`",
      "\\",
      "a\nb",
      "\u2028",
      "*/ export const evil: string = 1; /*",
      "*/",
      "__proto__",
      "constructor",
      "",
      "\ud800",
      "é",
      "]: x",
      "// x",
    ];
    const task = classes([...names, "plain"]);
    const models = typesModule([
      model(
        "evil",
        names.map((name) => feature(name, { min: 0, max: 1, missing: true })),
        task,
      ),
      model("evil.2", [feature("c", { dtype: "string", categories: names, unknown: "error" })], task),
      { ...model("evil-3", [feature("a")]), version: "*/ throw 1; /*" },
    ]);
    const body = `
      import type { Evil2Row, EvilPrediction, EvilRow } from "./models.ts";
      const row: EvilRow = {
        ${names.map((name) => `[${JSON.stringify(name)}]: ${name === "*/" ? "null" : 1}`).join(",\n")}
      };
      const keys: keyof EvilRow = ${JSON.stringify(names[6])};
      const label: EvilPrediction["prediction"] = "\\u2028";
      const other: Evil2Row = { c: "*/" };
      export { row, keys, label, other };
    `;
    expect(typeErrors({ "models.ts": models, "use.ts": body })).toEqual([]);
    // Nothing but the declarations that there should be.
    expect(models.match(/^export .*$/gm)).toHaveLength(3 * 3 + 1);
  });

  it("take 10,000 features, and as many categories and classes", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
    const models = typesModule([
      model(
        "wide",
        many.map((name) => feature(name)),
      ),
      model("deep", [feature("c", { dtype: "string", categories: many, unknown: "error" })], classes(many)),
    ]);
    const body = `
      import type { DeepPrediction, WidePrediction, WideRow, WideValues } from "./models.ts";
      const feature: keyof WideRow = "f9999";
      const values: WideValues = [1, 2, 3];
      const y: WidePrediction["prediction"] = 1;
      const label: DeepPrediction["prediction"] = "f1";
      export { feature, values, y, label };
    `;
    expect(typeErrors({ "models.ts": models, "use.ts": body })).toEqual([]);
    expect(typeErrors({ "models.ts": models, "use.ts": body.replace("f9999", "f10000") })).toHaveLength(1);
  });

  it("are as wide as what each kind of feature takes", () => {
    const text = typesModule([
      model("m", [
        feature("integer", { dtype: "int64" }),
        feature("flag", { dtype: "bool" }),
        feature("truth", { categories: [true, false] }),
        feature("numbers", { categories: [1, 2.5, -3, 1], unknown: "error", missing: true }),
        feature("any number", { categories: [1, 2], unknown: "ignore" }),
        feature("absent", { absent: 0 }),
        feature("strange", { categories: [Number.NaN, 1], unknown: "error" }),
        feature("free", { dtype: "string" }),
      ]),
    ]);
    for (const line of [
      '"integer": number;',
      '"flag": boolean;',
      '"truth": boolean;',
      '"numbers": 1 | 2.5 | -3 | null;',
      '"any number": number;',
      '"absent"?: number;',
      '"strange": number;',
      '"free": string;',
    ])
      expect(text).toContain(`  ${line}\n`);
  });

  it("say what each kind of task answers", () => {
    const outputs = [
      { name: "colour", classes: ["red", "blue"], labels: [0, 1] },
      { name: "size", classes: [1, 2], labels: [1, 2] },
    ];
    const tasks: readonly [Task, string][] = [
      [classes([true, false]), 'prediction: true | false;\n  probabilities: { "true": number; "false": number };'],
      [
        { ...classes([-1, 1]), kind: "outlier_detection", scoreKind: "decision" } as Task,
        'prediction: -1 | 1;\n  scores: { "-1": number; "1": number };',
      ],
      [{ ...classes([0]), kind: "clustering", scoreKind: "distance" } as Task, 'prediction: 0;\n  distances: { "0": number };'],
      [{ kind: "classification", classes: ["a"], labels: [], label: "l", scoreKind: "probability" }, 'prediction: "a";\n}'],
      [{ kind: "regression", targets: ["x", "y"], value: "v" }, 'prediction: { "x": number; "y": number };'],
      [{ kind: "transformation", targets: ["x"], value: "v" }, 'prediction: { "x": number };'],
      [
        { kind: "multioutput_classification", outputs, label: "l", scores: "s", scoreKind: "probability" },
        'prediction: { "colour": "red" | "blue"; "size": 1 | 2 };\n  probabilities: { "colour": { "red": number; "blue": number }; "size": { "1": number; "2": number } };',
      ],
    ];
    for (const [task, says] of tasks) expect(typesModule([model("m", [feature("a")], task)])).toContain(says);
  });

  it("leave models of tensors out, and say so", () => {
    const tensors = model("image", [], { kind: "tensors" });
    expect(typesModule([tensors, example("iris")])).toContain("// Left out: image, which takes tensors.");
    expect(() => typesModule([tensors])).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("the types of a written module", () => {
  it("are its own", async () => {
    const { files } = await compileModel(readBytes("models/loans.onnx"));
    const texts = Object.fromEntries(
      [...files].filter(([name]) => !name.endsWith(".wasm")).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
    );
    const body = (row: string) => `
      import { load, loadSync, type ModelRow, SetosaError } from "./loans.js";
      const model = await load(new URL("loans.wasm", "http://localhost"));
      const row: ModelRow = ${row};
      const label: "default" | "repaid" = model.predict(row).prediction;
      const raw: Float32Array | Float64Array | undefined = model.predictRaw(Float32Array.of(1)).scores;
      const again = loadSync(new Uint8Array(1)).predictMany([row])[0]?.probabilities.repaid;
      export { label, raw, again, SetosaError };
    `;
    expect(typeErrors({ ...texts, "use.ts": body(loan) })).toEqual([]);
    expect(typeErrors({ ...texts, "use.ts": body(loan.replace("age", "agee")) })).toHaveLength(1);
  });
});
