import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ModelLibrary } from "../../models/library.ts";
import { loadModel } from "../../models/load-model.ts";
import { pickFrom } from "../../models/served-models.ts";
import type { Turns } from "../../models/turns.ts";
import type { Answer, HttpRequest } from "../exchange.ts";
import { openInferenceProtocol } from "./routes.ts";

const iris = await loadModel(await readFile(new URL("../../../models/iris.onnx", import.meta.url)), { name: "iris" });
const loans = await loadModel(await readFile(new URL("../../../models/loans.onnx", import.meta.url)), { name: "loans" });
const library = new ModelLibrary([iris, loans]);
const context = {
  models: { library, pick: (name?: string, version?: string) => pickFrom(library, name, version), onChange: () => {} },
  isReady: () => true,
  server: { name: "setosa", version: "0" },
};

/** Every look at the clock is a moment later; others are served in between. */
function turns(between: () => void = () => {}) {
  const counts = { next: 0, underWay: 0 };
  let now = 0;
  const own: Turns = {
    now: () => now++,
    next: async () => {
      counts.next++;
      between();
    },
    enter: () => void counts.underWay++,
    leave: () => void counts.underWay--,
  };
  return { own, counts };
}

function infer(model: string, body: Uint8Array, { own, jsonLength }: { own?: Turns; jsonLength?: number } = {}) {
  const limits = { jsonDepth: 32, rows: 100_000, ...(own === undefined ? {} : { turns: own }) };
  const route = openInferenceProtocol({ ...context, limits }).routes.find(({ path }) => path === `/v2/models/${model}/infer`);
  const length = jsonLength === undefined ? undefined : String(jsonLength);
  const headers = { get: (name: string) => (name === "inference-header-content-length" ? length : undefined) };
  const request: HttpRequest = { method: "POST", path: "", query: "", headers };
  return route?.post?.answer(request, body);
}

const encoder = new TextEncoder();
const values = (rows: number) => Float32Array.from({ length: rows * 4 }, (_, index) => 0.2 + ((index * 7) % 60) / 10);

function json(rows: number, data: unknown = [...values(rows)], more: object = {}) {
  return encoder.encode(JSON.stringify({ id: "a", inputs: [{ name: "X", datatype: "FP32", shape: [rows, 4], data }], ...more }));
}

function binary(rows: number) {
  const bytes = new Uint8Array(values(rows).buffer);
  const input = { name: "X", datatype: "FP32", shape: [rows, 4], parameters: { binary_data_size: bytes.length } };
  const head = encoder.encode(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  const body = new Uint8Array(head.length + bytes.length);
  body.set(head);
  body.set(bytes, head.length);
  return { body, jsonLength: head.length };
}

/** The loans' seven columns, of which two are texts that are looked up. */
function columns(rows: number) {
  const row = {
    income: 52_000,
    loan_amount: 18_000,
    age: 34,
    employment_years: 6,
    debt_ratio: 0.31,
    purpose: "car",
    home_ownership: "rent",
  };
  const inputs = loans.signature.features.map(({ name, dtype }) => ({
    name,
    datatype: dtype === "string" ? "BYTES" : "FP32",
    shape: [rows, 1],
    data: Array.from({ length: rows }, (_, index) => {
      const value = row[name as keyof typeof row];
      return typeof value === "number" ? value + index / rows : value;
    }),
  }));
  return encoder.encode(JSON.stringify({ inputs }));
}

describe("a large request of tensors", () => {
  it.each<readonly [string, string, Uint8Array, number | undefined]>([
    ["many rows of JSON in a body that is not large", "iris", json(1000), undefined],
    ["a large body", "iris", json(40_000), undefined],
    [
      "a large body of nested lists",
      "iris",
      json(
        10_000,
        Array.from({ length: 10_000 }, (_, index) => [5, 3, 1 + index / 1e4, 0.2]),
      ),
      undefined,
    ],
    ["one output", "iris", json(20_000, undefined, { outputs: [{ name: "probabilities" }] }), undefined],
    ["columns, some of them texts", "loans", columns(5000), undefined],
    ["bytes", "iris", binary(5000).body, binary(5000).jsonLength],
  ])("with %s is answered as it would be at once, while others have their turn", async (_, model, body, jsonLength) => {
    // The others use the same kernel.
    const { own, counts } = turns(() => library.get(model).answerRow(model === "iris" ? [7, 3, 6, 2] : loans.signature.example));
    const more = jsonLength === undefined ? {} : { jsonLength };
    const answer = await infer(model, body, { own, ...more });
    expect(answer).toEqual(infer(model, body, more) as Answer);
    expect(counts.next).toBeGreaterThan(1);
    expect(counts.underWay).toBe(0);
  });

  it("fails as it would at once, and makes room", async () => {
    const data = [...values(20_000)];
    data[4 * 15_000 + 2] = null as never;
    const { own, counts } = turns();
    const body = json(20_000, data);
    await expect(infer("iris", body, { own })).rejects.toMatchObject({ code: "FEATURE_NULL", path: "X[15000][2]" });
    expect(() => infer("iris", body)).toThrow(expect.objectContaining({ code: "FEATURE_NULL", path: "X[15000][2]" }));
    const cut = body.subarray(0, body.length - 2);
    await expect(infer("iris", cut, { own })).rejects.toMatchObject({ code: "JSON_INVALID" });
    expect(counts.underWay).toBe(0);
  });

  it("is observed as a whole", async () => {
    const heard: unknown[] = [];
    const forget = iris.observe({
      encoded: (_, count) => heard.push(count),
      answered: (rows, answers) => heard.push(["answered", rows.length, answers.rows, rows.at(0)]),
      failed: () => heard.push("failed"),
    });
    await infer("iris", json(700), { own: turns().own });
    forget();
    expect(heard.filter((item) => typeof item === "number").reduce((sum: number, count) => sum + (count as number), 0)).toBe(700);
    expect(heard.at(-1)).toEqual(["answered", 700, 700, [...values(1)]]);
  });

  it("of a few rows waits for nobody", () => {
    expect(infer("iris", json(500), { own: turns().own })).not.toBeInstanceOf(Promise);
  });
});
