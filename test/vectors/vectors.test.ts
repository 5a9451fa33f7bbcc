import { describe, expect, it } from "vitest";
import { passNames } from "../../src/compiler/passes/registry.ts";
import { allCases, type CompileForm, runCompiled, runInterpreted, runOnRuntime, variantsOf } from "./run.ts";

/** The onnx package's own node tests, and cases of ours with ONNX Runtime's outputs: a result is right, or it is refused. */
const cases = allCases();

describe("vectors", () => {
  it("are answered by the interpreter as they say", () => {
    const wrong = cases.flatMap((example) => {
      const outcome = runInterpreted(example);
      return outcome.kind === "wrong" ? [`${example.name}: ${outcome.what}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  it("are answered by ONNX Runtime as they say, but for those of a list", async () => {
    const wrong: string[] = [];
    let passed = 0;
    for (const example of cases) {
      const outcome = await runOnRuntime(example);
      if (outcome.kind === "wrong") wrong.push(`${example.name}: ${outcome.what}`);
      if (outcome.kind === "passed") passed++;
    }
    expect(wrong).toEqual([]);
    expect(passed).toBeGreaterThan(1600);
  });

  const forms: readonly (readonly [string, CompileForm])[] = [
    ["with SIMD", { simd: true }],
    ["without SIMD", { simd: false }],
    ["without passes", { simd: true, passes: [] }],
    ...passNames.map((left) => [`without ${left}`, { simd: true, passes: passNames.filter((name) => name !== left) }] as const),
  ];
  it.each(forms)("are answered by the compiler %s as by the interpreter, whatever the number of rows", async (_, form) => {
    const wrong: string[] = [];
    let passed = 0;
    for (const example of cases)
      for (const [position, variant] of variantsOf(example).entries()) {
        const outcome = await runCompiled(variant, form);
        if (outcome.kind === "wrong") wrong.push(`${example.name}, input ${position}: ${outcome.what}`);
        if (outcome.kind === "passed") passed++;
      }
    expect(wrong).toEqual([]);
    expect(passed).toBeGreaterThan(500);
  });
});
