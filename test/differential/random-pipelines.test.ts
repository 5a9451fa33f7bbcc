import { describe, expect, it } from "vitest";
import type { CompileOptions } from "../../src/compiler/compile.ts";
import { passNames } from "../../src/compiler/passes/registry.ts";
import { rowKernel } from "../../src/engines/compiled.ts";
import { kernelEngine } from "../../src/engines/kernel-engine.ts";
import { SetosaError } from "../../src/errors.ts";
import { evaluateNode, interpret } from "../../src/interpreter/interpret.ts";
import { isFloat } from "../../src/tensor/dtype.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { Dice } from "../forests/dice.ts";
import { encoder } from "../fuzz/differential/encoders.ts";
import type { RandomModel } from "../fuzz/differential/model.ts";
import { pipeline } from "../fuzz/differential/pipelines.ts";

/** Graphs of several operators, of random shapes and types: however they are compiled, they answer as they are interpreted. */

const forms: readonly CompileOptions[] = [
  { simd: true },
  { simd: false },
  { simd: true, capacity: 1 },
  { simd: true, passes: [] },
  ...passNames.map((left) => ({ simd: true, passes: passNames.filter((name) => name !== left) })),
];

/** Undefined where this form of a graph has no kernel. */
async function compiled(model: RandomModel, rows: readonly Tensor[], form: CompileOptions): Promise<readonly Tensor[] | undefined> {
  try {
    return await kernelEngine(await rowKernel(model.graph, { evaluate: evaluateNode, ...form }), "a test").run(rows);
  } catch (error) {
    if (error instanceof SetosaError && error.code === "OPERATOR_UNSUPPORTED") return undefined;
    throw error;
  }
}

/** Sums in another order differ in the last place of float64, and a step behind them is rare enough not to be met here. */
function same(a: number | string, b: number | string, isFloatType: boolean): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return isFloatType && Math.abs(Number(a) - Number(b)) <= Math.max(1e-6, 1e-6 * Math.abs(Number(a)));
}

describe("random pipelines", () => {
  it.each(Array.from({ length: 12 }, (_, index) => index * 20))(
    "answer as interpreted, twenty from seed %i on",
    { timeout: 60_000 },
    async (first) => {
      let compared = 0;
      for (let seed = first; seed < first + 20; seed++) {
        const dice = new Dice(seed);
        const model = dice.chance(0.8) ? pipeline(dice) : encoder(dice);
        const rows = model.rows(9);
        const expected = interpret(model.graph, rows);
        for (const form of forms) {
          const found = await compiled(model, rows, form);
          if (found === undefined) continue;
          compared++;
          for (const [index, output] of expected.entries()) {
            const other = found[index] as Tensor;
            expect([other.dtype, other.shape]).toEqual([output.dtype, output.shape]);
            const at = Array.from<number | string>(output.data).findIndex(
              (value, place) => !same(value, other.data[place] ?? "", isFloat(output.dtype)),
            );
            if (at >= 0)
              expect.fail(
                `seed ${seed} (${model.name}), ${JSON.stringify(form)}: output ${index}[${at}] is ${other.data[at]} instead of ${output.data[at]}`,
              );
          }
        }
      }
      expect(compared).toBeGreaterThan(80);
    },
  );
});
