/**
 * What explaining one row costs, beside `shap.TreeExplainer` (its C extension) in Python: the forest of the irises, and 500 trees of
 * depth 8 over 20 features. Processor time of a whole call (`model.explain(row)`, `explainer.shap_values(row)`), the contenders in turns,
 * medians of the rounds.
 *
 *   npm run benchmark:serving -- explain [--quick]
 *
 * Needs the environment of python/README.md (PYTHON names another interpreter). Writes results/explain.{md,json}; takes about three minutes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { median } from "../../src/bench/measure/statistics.ts";
import { describeMachine } from "../http/machine.ts";

const models = [
  { model: "iris-forest", rows: 400 },
  { model: "forest-500x8", rows: 20 },
] as const;

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const bun = chooseRuntime(["serve"]).bun ?? "bun";
  const folder = mkdtempSync(join(tmpdir(), "setosa-explain-"));
  const part = (name: string): string => fileURLToPath(new URL(`./parts/explain/${name}`, import.meta.url));
  const contenders: Contender[] = [];
  try {
    const python = process.env["PYTHON"] ?? fileURLToPath(new URL("../../python/.venv/bin/python", import.meta.url));
    contenders.push(await Contender.start("shap", [python, part("shap_rows.py"), folder]));
    contenders.push(await Contender.start("node", [process.execPath, "--import", "tsx", part("explain-rows.ts"), folder]));
    contenders.push(await Contender.start("bun", [bun, part("explain-rows.ts"), folder]));
    const results = [];
    for (const { model, rows } of models) {
      const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
      // Of the first rounds nothing is counted.
      const [warm, rounds] = quick ? [1, 3] : [3, 25];
      for (let round = 0; round < warm + rounds; round++)
        for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
          const time = await contender.ask({ model, rows });
          if (round >= warm) times.get(contender.name)?.push(time);
        }
      const shap = times.get("shap") ?? [];
      for (const [name, own] of times)
        results.push({
          model,
          contender: name,
          microseconds: median(own),
          ratio: median(own.map((time, round) => (shap[round] as number) / time)),
          rounds,
        });
    }
    const all = { machine: describeMachine(bun), command: `npm run benchmark:serving -- explain${quick ? " --quick" : ""}`, results };
    const into = fileURLToPath(new URL("./results/", import.meta.url));
    mkdirSync(into, { recursive: true });
    const lines = results.map(
      ({ model, contender, microseconds, ratio }) => `| ${model} | ${contender} | ${Math.round(microseconds)} | ${ratio.toFixed(1)} |`,
    );
    const text = [
      "# Explaining a row",
      "",
      `Processor time of one row, in microseconds, and how many times less than shap's. \`${all.command}\``,
      "",
      "| model | contender | µs per row | shap ÷ it |",
      "| --- | --- | ---: | ---: |",
      ...lines,
      "",
    ].join("\n");
    writeFileSync(`${into}explain.json`, `${JSON.stringify(all, null, 2)}\n`);
    writeFileSync(`${into}explain.md`, text);
    console.log(text);
  } finally {
    for (const contender of contenders) contender.end();
    rmSync(folder, { recursive: true });
  }
}

/** A process that answers each line with a line. */
class Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(name: string, child: ChildProcess, lines: Interface) {
    this.name = name;
    this.#child = child;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  static async start(name: string, [file = "", ...args]: readonly string[]): Promise<Contender> {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
    const contender = new Contender(name, child, createInterface({ input: child.stdout }));
    await contender.#answer();
    return contender;
  }

  async ask(question: object): Promise<number> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await this.#answer()) as number;
  }

  end(): void {
    this.#child.kill();
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.name} ended before it answered`);
    return value;
  }
}
