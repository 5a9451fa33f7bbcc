import { describe, expect, it } from "vitest";
import type { Feature, Signature } from "../graph/signature.ts";
import { featureAlias } from "./alias.ts";

function aliasOf(...names: string[]): (name: string) => string | undefined {
  const features = names.map((name, column): Feature => ({ name, input: "X", column, dtype: "float32", missing: false }));
  const signature: Signature = { task: { kind: "regression", targets: ["y"], value: "y" }, features };
  return featureAlias(signature);
}

describe("featureAlias", () => {
  it.each(["sepal length (cm)", "sepal_length", "sepal_length_cm", "Sepal-Length", "sepalength"])("finds the feature as %s", (name) => {
    expect(aliasOf("sepal length (cm)", "sepal width (cm)")(name)).toBe(name === "sepalength" ? undefined : "sepal length (cm)");
  });

  it("leaves a short form that two features share to neither", () => {
    const alias = aliasOf("length (cm)", "length (in)", "length (ft)");
    expect(alias("length")).toBeUndefined();
    expect(alias("length_in")).toBe("length (in)");
  });

  it("prefers a feature's own name to another one's short form", () => {
    const alias = aliasOf("weight (kg)", "weight");
    expect(alias("weight")).toBe("weight");
    expect(alias("weight_kg")).toBe("weight (kg)");
  });

  it("knows nothing of names without letters, nor of an object's own", () => {
    const alias = aliasOf("(cm)", "%", "a");
    expect(alias("")).toBeUndefined();
    expect(alias("__proto__")).toBeUndefined();
    expect(alias("constructor")).toBeUndefined();
    expect(alias("%")).toBe("%");
  });
});
