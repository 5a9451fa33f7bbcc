import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { exampleBody } from "../../models/example-body.ts";
import { decodeRequest } from "./decode.ts";
import { decodeQuery, exampleQuery, featureLookup } from "./query.ts";

const feature = (name: string, column: number, dtype: Feature["dtype"] = "float32"): Feature => ({
  name,
  input: "X",
  column,
  dtype,
  missing: false,
});
const signature = (...features: Feature[]): Signature => ({
  task: { kind: "regression", targets: ["y"], value: "y" },
  features,
  example: features.map((_, index) => index + 0.5),
});
const flowers = signature(feature("sepal length (cm)", 0), feature("sepal width (cm)", 1));
const tensors: Signature = { task: { kind: "tensors" }, features: [] };

function refusal(work: () => unknown): SetosaError {
  try {
    work();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("decodeRequest", () => {
  it("takes an object or a flat list for one row", () => {
    expect(decodeRequest({ a: 1 }, flowers, 10)).toEqual({ kind: "row", row: { a: 1 } });
    expect(decodeRequest([1, null], flowers, 10)).toEqual({ kind: "row", row: [1, null] });
    expect(decodeRequest([null, 1], flowers, 10)).toEqual({ kind: "row", row: [null, 1] });
  });

  it("takes lists of objects or lists, bare or as instances", () => {
    expect(decodeRequest([[1, 2], { a: 1 }], flowers, 10)).toEqual({ kind: "rows", rows: [[1, 2], { a: 1 }], path: "" });
    expect(decodeRequest({ instances: [[1, 2]] }, flowers, 10)).toEqual({ kind: "rows", rows: [[1, 2]], path: "instances" });
    expect(decodeRequest({ instances: [5] }, flowers, 10)).toEqual({ kind: "rows", rows: [5], path: "instances" });
  });

  it("leaves a feature that is called instances alone", () => {
    const body = { instances: 3 };
    expect(decodeRequest(body, signature(feature("instances", 0)), 10)).toEqual({ kind: "row", row: body });
  });

  it.each([
    [5, "BODY_SHAPE_INVALID", undefined],
    ["text", "BODY_SHAPE_INVALID", undefined],
    [null, "BODY_SHAPE_INVALID", undefined],
    [true, "BODY_SHAPE_INVALID", undefined],
    [[], "ROWS_EMPTY", undefined],
    [{ instances: [] }, "ROWS_EMPTY", "instances"],
    [{ instances: 5 }, "BODY_SHAPE_INVALID", "instances"],
    [{ instances: { a: 1 } }, "BODY_SHAPE_INVALID", "instances"],
    [{ instances: [[1]], verbose: true }, "BODY_SHAPE_INVALID", '["verbose"]'],
    [Array.from({ length: 11 }, () => [1]), "ROWS_TOO_MANY", undefined],
    [{ instances: Array.from({ length: 11 }, () => [1]) }, "ROWS_TOO_MANY", "instances"],
  ])("refuses %j", (body, code, path) => {
    const error = refusal(() => decodeRequest(body, flowers, 10));
    expect(error.code).toBe(code);
    expect(error.path).toBe(path);
    expect(error.hint).toBeDefined();
  });

  it("takes inputs or instances for tensors", () => {
    expect(decodeRequest({ inputs: { X: [[1]] } }, tensors, 10)).toEqual({ kind: "tensors", inputs: { X: [[1]] }, path: "inputs" });
    expect(decodeRequest({ instances: [[1]] }, tensors, 10)).toEqual({ kind: "tensors", inputs: [[1]], path: "instances" });
  });

  it.each([[[[1]]], [{}], [{ X: [1] }], [5], [null], [{ inputs: {}, instances: [] }]])("refuses %j for tensors", (body) => {
    expect(refusal(() => decodeRequest(body, tensors, 10)).code).toBe("BODY_SHAPE_INVALID");
  });

  it("shows a body that the model takes", () => {
    expect(exampleBody(flowers)).toBe('{"sepal length (cm)":0.5,"sepal width (cm)":1.5}');
    expect(refusal(() => decodeRequest(5, flowers, 10)).hint).toContain(exampleBody(flowers));
  });
});

describe("decodeQuery", () => {
  const mixed = signature(
    feature("age", 0, "int64"),
    feature("purpose", 0, "string"),
    feature("owner", 0, "bool"),
    feature("income (EUR)", 1),
  );
  const decode = (query: string, of = mixed) => ({ ...decodeQuery(query, featureLookup(of)) });

  it.each(["sepal length (cm)", "sepal_length_cm", "sepal_length", "Sepal-Length", "SEPAL LENGTH"])("knows a feature by %j", (name) => {
    expect(decode(`${encodeURIComponent(name)}=5.1`, flowers)).toEqual({ "sepal length (cm)": 5.1 });
  });

  it("reads values by the feature's type", () => {
    expect(decode("age=42&purpose=42&owner=true&income=1e3")).toEqual({ age: 42, purpose: "42", owner: true, "income (EUR)": 1000 });
    expect(decode("age=&purpose=&owner=null")).toEqual({ age: null, purpose: "", owner: null });
    expect(decode("purpose=a+b%20c")).toEqual({ purpose: "a b c" });
  });

  it("leaves what is none of the type for the model to refuse", () => {
    expect(decode("age=NaN&owner=yes&income=0x10")).toEqual({ age: "NaN", owner: "yes", "income (EUR)": "0x10" });
    expect(decode("unknown=1")).toEqual({ unknown: "1" });
  });

  it("refuses a feature that is given twice, under whatever names", () => {
    expect(refusal(() => decode("age=1&age=2"))).toMatchObject({ code: "FEATURE_REPEATED", path: '["age"]' });
    expect(refusal(() => decode("income=1&income_eur=2"))).toMatchObject({ code: "FEATURE_REPEATED", path: '["income (EUR)"]' });
  });

  it("keeps prototype keys ordinary", () => {
    const row = decodeQuery("__proto__=1&constructor=2", featureLookup(mixed));
    expect(Object.keys(row)).toEqual(["__proto__", "constructor"]);
  });

  it("takes a short alias only where one feature has it", () => {
    const units = signature(feature("length (cm)", 0), feature("length (in)", 1));
    expect(decode("length=1", units)).toEqual({ length: "1" });
    expect(decode("length_cm=1&length_in=2", units)).toEqual({ "length (cm)": 1, "length (in)": 2 });
  });

  it("spells the example row", () => {
    expect(decode(exampleQuery(flowers) ?? "", flowers)).toEqual({ "sepal length (cm)": 0.5, "sepal width (cm)": 1.5 });
  });
});
