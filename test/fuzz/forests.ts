import { parseArgs } from "node:util";
import { checkRandomForest } from "../forests/check.ts";
import { record } from "./record.ts";

/** Random forests of any shape against a naive walk, without end: `npm run fuzz:forests -- [--seconds 300] [--seed 0] [--size 3000]` */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    seed: { type: "string", default: "0" },
    size: { type: "string", default: "3000" },
    record: { type: "boolean" },
  },
});
const started = performance.now();
const end = started + Number(values.seconds) * 1000;
let seed = Number(values.seed);
let forests = 0;
let cases = 0;
let differences = 0;
for (; performance.now() < end; seed++) {
  const outcome = await checkRandomForest(seed, Number(values.size));
  forests++;
  cases += outcome.cases;
  if (outcome.difference === undefined) continue;
  differences++;
  const { how, row, found, expected } = outcome.difference;
  console.log(`DIFFERS ${outcome.what}, ${how}: [${row}] gave [${found}] instead of [${expected}]`.slice(0, 2000));
}
console.log(`seeds ${values.seed} to ${seed - 1}: ${forests} forests, ${cases} rows, ${differences} forests differ`);
if (values.record === true)
  record("forests", `npm run fuzz:forests -- --seconds ${values.seconds} --seed ${values.seed} --size ${values.size}`, started, {
    forests,
    cases,
    differences,
  });
if (differences > 0) process.exitCode = 1;
