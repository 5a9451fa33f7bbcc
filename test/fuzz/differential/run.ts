import { parseArgs } from "node:util";
import { record } from "../record.ts";
import { fuzzDifferential } from "./fuzz.ts";

/** Random models against ONNX Runtime: `npm run fuzz:differential -- [--cases 1000000] [--seed 1] [--rows 128]` */
const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    rows: { type: "string", default: "128" },
    record: { type: "boolean" },
  },
});
const [cases, seed, rows] = [Number(values.cases), Number(values.seed), Number(values.rows)];
const started = performance.now();
const totals = await fuzzDifferential(seed, rows, (soFar) => soFar.cases < cases);
for (const difference of totals.differences.slice(0, 100)) console.log(`DIFFERS ${difference.slice(0, 1500)}`);
for (const [why, count] of [...totals.refused].sort((a, b) => b[1] - a[1])) console.log(`${String(count).padStart(8)} models: ${why}`);
console.log(
  `seed ${seed}: ${totals.cases} cases of ${totals.models} models, ${totals.compiled} of them compiled, ${totals.near} told apart by rounding only, ${totals.odd} by what is no number or hardly a float32, ${totals.differences.length} models differ, ${Math.round((performance.now() - started) / 1000)} s`,
);
const { models, compiled, near, odd, differences } = totals;
if (values.record === true)
  record("differential", `npm run fuzz:differential -- --cases ${cases} --seed ${seed} --rows ${rows}`, started, {
    cases: totals.cases,
    models,
    compiled,
    near,
    odd,
    differences: differences.length,
  });
if (differences.length > 0) process.exitCode = 1;
