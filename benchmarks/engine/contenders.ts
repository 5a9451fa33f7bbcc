import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ContenderProcess } from "./contender-process.ts";
import { type Prepared, pythonOf } from "./prepared.ts";

/** Every contender, in the tables' order, and how people name it. */
export const contenderNames = {
  "node predictRaw": "Setosa on Node, `predictRaw`",
  "node kernel": "Setosa on Node, bare kernel",
  "node predict": "Setosa on Node, `predict(object)`",
  "node json": "Setosa on Node, JSON to JSON",
  "bun predictRaw": "Setosa on Bun, `predictRaw`",
  "bun kernel": "Setosa on Bun, bare kernel",
  "bun predict": "Setosa on Bun, `predict(object)`",
  "bun json": "Setosa on Bun, JSON to JSON",
  "onnxruntime-node": "onnxruntime-node, `run()`",
  onnxruntime: "onnxruntime, Python",
  gtil: "treelite GTIL, Python",
  tl2cgen: "treelite, tl2cgen",
  lleaves: "lleaves",
  lightgbm: "LightGBM, C API (fast single row)",
  xgboost: "XGBoost, C API",
  "xgboost-python": "XGBoost, `inplace_predict`",
  leaves: "Go `leaves`",
  "if-else": "C, nested ifs",
} as const;

export type ContenderId = keyof typeof contenderNames;

/** Predicts rows of one model in some process. */
export interface Contender {
  readonly id: ContenderId;
  readonly process: ContenderProcess;
  /** What the process calls it; nothing where the process has one contender. */
  readonly word: string;
  /** Whether it takes many rows at once; known once it has predicted. */
  readonly batches: boolean;
}

export interface Bench {
  readonly cache: string;
  /** The core that everybody is measured on. */
  readonly core: string;
  readonly bun: string;
  /** Why Go's `leaves` is absent, or nothing. */
  readonly noLeaves: string | undefined;
}

/** What a contender may take to predict every row one by one and then all at once. */
const predictSeconds = 240;

const here = fileURLToPath(new URL(".", import.meta.url));

/** Starts all contenders of a model and keeps those whose scores are the trainer's; `absent` gets the others, with the reason. */
export async function agreeingContenders(model: Prepared, bench: Bench, absent: Record<string, string>): Promise<Contender[]> {
  const { folder, info } = model;
  Object.assign(absent, info.absent);
  if (info.made.lightgbm !== undefined && bench.noLeaves !== undefined) absent.leaves = bench.noLeaves;
  const started = [...(await javascriptContenders(model, bench, absent)), ...nativeContenders(model, bench, absent)];
  const expected = floats(`${folder}/expected.f64`);
  const agreed: Contender[] = [];
  for (const contender of started) {
    const file = `${folder}/predictions.f64`;
    try {
      rmSync(file, { force: true });
      const batches = (await contender.process.ask(`predict ${file} ${contender.word}`.trim(), predictSeconds)) === "1";
      const problem = disagreement(floats(file), expected, { ...info, batches });
      if (problem === undefined) agreed.push({ ...contender, batches });
      else absent[contender.id] = problem;
    } catch (error) {
      absent[contender.id] = error instanceof Error ? error.message : String(error);
    }
    if (absent[contender.id] !== undefined && contender.word === "") contender.process.kill();
  }
  rmSync(`${folder}/predictions.f64`, { force: true });
  return agreed;
}

async function javascriptContenders(model: Prepared, bench: Bench, absent: Record<string, string>): Promise<Contender[]> {
  const { folder, info } = model;
  const script = `${here}predictors/javascript.ts`;
  const args = [script, folder, info.file, `${info.features}`, `${info.rows}`];
  const runtimes = {
    node: new ContenderProcess([process.execPath, "--import", "tsx", ...args, "onnxruntime"], bench.core),
    bun: new ContenderProcess([bench.bun, ...args], bench.core),
  };
  const contenders: Contender[] = [];
  for (const [runtime, child] of Object.entries(runtimes)) {
    try {
      const { names, refusal } = JSON.parse(await child.ask("contenders", predictSeconds)) as { names: string[]; refusal: string };
      for (const name of names) {
        const id = name === "onnxruntime" ? "onnxruntime-node" : (`${runtime} ${name}` as ContenderId);
        contenders.push({ id, process: child, word: name, batches: false });
      }
      if (refusal !== "") absent["onnxruntime-node"] = refusal;
    } catch (error) {
      absent[`${runtime} predictRaw`] = error instanceof Error ? error.message : String(error);
    }
  }
  return contenders;
}

function nativeContenders({ folder, info }: Prepared, { cache, core }: Bench, absent: Readonly<Record<string, string>>): Contender[] {
  const sizes = [`${info.features}`, `${info.rows}`];
  const python = (name: string): string[] => [pythonOf(cache), `${here}predictors/contender.py`, name, folder, ...sizes];
  const compiled = Object.keys(info.made) as ContenderId[];
  const commands = new Map<ContenderId, readonly string[]>([
    ["onnxruntime", python("onnxruntime")],
    ...(info.nodes === undefined ? [] : [["gtil", python("gtil")] as const]),
    ...(compiled.includes("xgboost") ? [["xgboost-python", python("xgboost-python")] as const] : []),
    ...compiled.map((id): [ContenderId, string[]] => [id, [`${folder}/${id}`, `${folder}/${info.file}`, `${folder}/rows.f32`, ...sizes]]),
    ...(compiled.includes("lightgbm")
      ? [["leaves", [`${cache}/leaves`, `${folder}/${info.file}`, `${folder}/rows.f32`, ...sizes]] as const]
      : []),
  ]);
  return [...commands]
    .filter(([id]) => absent[id] === undefined)
    .map(([id, command]) => ({ id, process: new ContenderProcess(command, core), word: "", batches: true }));
}

function floats(file: string): Float64Array {
  if (!existsSync(file)) throw new Error("it wrote no predictions");
  const bytes = readFileSync(file);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/**
 * Why predictions are not the trainer's, or nothing. They may leave out all columns but the last (of two classes), and
 * hold every row twice where the contender takes many rows at once.
 */
export function disagreement(
  found: Float64Array,
  expected: Float64Array,
  { rows, width, scale, batches }: { readonly rows: number; readonly width: number; readonly scale: number; readonly batches: boolean },
): string | undefined {
  const copies = batches ? 2 : 1;
  const columns = found.length / copies / rows;
  // Of a decision between two classes some give one score, others two.
  if (!Number.isInteger(columns) || (columns !== width && columns !== 1 && width !== 1)) return `it gave ${found.length} scores`;
  const compared = columns === width ? width : 1;
  let wrong = 0;
  for (let row = 0; row < rows * copies; row++)
    for (let column = 1; column <= compared; column++) {
      const value = found[(row + 1) * columns - column] as number;
      const right = expected[((row % rows) + 1) * width - column] as number;
      if (Math.abs(value - right) <= 1e-5 * Math.abs(right) + 1e-5 * scale) continue;
      wrong++;
      break;
    }
  return wrong === 0 ? undefined : `${wrong} of its ${rows * copies} predictions differ from the trainer's`;
}
