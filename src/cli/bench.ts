import { writeFile } from "node:fs/promises";
import { runBench } from "../bench/bench.ts";
import { parseCondition } from "../bench/fail-if.ts";
import { seededRandom } from "../bench/measure/statistics.ts";
import { reportHey } from "../bench/reports/hey.ts";
import { reportHtml } from "../bench/reports/html/html.ts";
import { reportJson } from "../bench/reports/json.ts";
import { reportTable } from "../bench/reports/table.ts";
import type { BenchResult } from "../bench/result.ts";
import { SetosaError } from "../errors.ts";
import { type BenchValues, benchOptions } from "./bench-options.ts";
import { readPayload } from "./bench-payload.ts";
import { readPlan, splitLine } from "./bench-plan.ts";
import { progressLine } from "./bench-progress.ts";
import type { Command, CommandContext } from "./command.ts";
import { parseOptions } from "./options.ts";

/** A target was refused, so that there is no ranking; and a condition of `--fail-if` holds. */
const statuses = { refused: 1, failIf: 3 };
const tableWidth = 110;

export const bench: Command = {
  name: "bench",
  summary: "measures prediction endpoints side by side",
  description: "Measures prediction endpoints side by side, and says when a figure cannot be trusted.",
  usage: "URL… [options] [-- COMMAND…]…   (each COMMAND is started for its URL, and stopped)",
  options: benchOptions,
  examples: [
    "setosa bench http://localhost:8080/predict",
    "setosa bench http://localhost:8080/predict http://localhost:5000/predict --model http://localhost:8080/models/iris",
    "setosa bench http://localhost:8080/predict -n 1000 -c 10 --hey",
    "setosa bench http://localhost:8080/predict --rate 2000 --fail-if 'p99>5ms'",
    "setosa bench --model iris.onnx -- npx setosa serve iris.onnx --port 9000",
  ],
  run: async (argv, context) => {
    const line = splitLine(argv);
    const { values, positionals } = parseOptions(line.options, benchOptions, context.environment);
    const conditions = (values["fail-if"] ?? []).map(parseCondition);
    const random = seededRandom(values.seed ?? 1);
    // Arguments are checked before a model is read for its rows.
    const nothing = { requests: [], words: "" };
    readPlan(values, positionals, line, nothing);
    const plan = readPlan(values, positionals, line, await readPayload(values, random));
    const progress = progressLine(context);
    const result = await runBench(plan, { random, date: () => new Date(), progress: progress.show }).finally(progress.end);
    await write(result, values, context);
    const held = conditions.flatMap(({ holds }) => holds(result) ?? []);
    for (const why of held) context.errors.write(`setosa: --fail-if ${why}\n`);
    if (held.length > 0) return statuses.failIf;
    return result.targets.some(({ refusal }) => refusal !== undefined) ? statuses.refused : 0;
  },
};

async function write(result: BenchResult, { hey, json, html }: BenchValues, { output, errors }: CommandContext): Promise<void> {
  if (json === true) output.write(reportJson(result));
  else if (hey === true) for (const target of result.targets) output.write(reportHey(target, result));
  else output.write(reportTable(result, { color: output.terminal, width: tableWidth }));
  if (html === undefined) return;
  await writeFile(html, reportHtml(result)).catch((error: NodeJS.ErrnoException) => {
    throw new SetosaError("ARGUMENT_INVALID", `${html} cannot be written: ${error.code ?? error.message}.`, {
      path: "--html",
      hint: "Name a file in a folder that there is.",
    });
  });
  errors.write(`setosa: the page is in ${html}\n`);
}
