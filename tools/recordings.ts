import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Recording, record, usualColumns } from "./recordings/record.ts";
import { drawTerminal } from "./recordings/svg.ts";
import { screenOf } from "./recordings/terminal.ts";

/**
 * Pictures of the command line, made by running it: `npm run docs:recordings [-- NAME…]`. Figures in them are this machine's.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
const target = join(root, "docs", "images", "cli");
/** Bytes. */
const largest = 30_000;

const recordings: readonly Recording[] = [
  { name: "help", title: "setosa without arguments", command: "setosa" },
  { name: "serve", title: "setosa serve", command: "setosa serve models --default iris", until: /hey -n [^\n]+\n/ },
  {
    name: "predict",
    title: "setosa predict",
    command: "setosa predict models/iris-forest.onnx flowers.csv -o answers.csv --force && head -3 answers.csv",
  },
  { name: "error", title: "An error of setosa predict", command: "setosa predict models/iris.onnx mistake.csv -o never.csv" },
  { name: "inspect", title: "setosa inspect", command: "setosa inspect models/loans.onnx", columns: 110 },
  { name: "doctor", title: "setosa doctor", command: "setosa doctor --port 18080" },
  { name: "compile", title: "setosa compile", command: "setosa compile models/iris-forest.onnx -o compiled" },
  { name: "types", title: "setosa types", command: "setosa types models/iris.onnx" },
  {
    name: "keys",
    title: "setosa keys",
    command: "setosa keys add reporting --api-keys keys.jsonl --rate 100 && setosa keys list --api-keys keys.jsonl",
  },
  {
    name: "bench",
    title: "setosa bench",
    command: "setosa bench http://localhost:18090/predict -z 2s --warmup 0.5 -- setosa serve models/iris.onnx --port 18090 2>/dev/null",
    columns: 112,
  },
];

const work = mkdtempSync(join(tmpdir(), "setosa-recordings-"));
try {
  prepare();
  const wanted = process.argv.slice(2);
  for (const recording of recordings.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) await draw(recording);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Models, rows, and the command by its name. */
function prepare(): void {
  mkdirSync(target, { recursive: true });
  mkdirSync(join(work, "models"));
  mkdirSync(join(work, "bin"));
  for (const name of ["iris", "iris-forest", "loans", "wine"])
    copyFileSync(join(root, "models", `${name}.onnx`), join(work, "models", `${name}.onnx`));
  symlinkSync(join(root, "bin", "setosa"), join(work, "bin", "setosa"));
  const header = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)";
  const rows = Array.from(
    { length: 400_000 },
    (_, row) => `${(4.3 + (row % 36) / 10).toFixed(1)},3.1,${(1 + (row % 59) / 10).toFixed(1)},${(0.1 + (row % 24) / 10).toFixed(1)}`,
  );
  writeFileSync(join(work, "flowers.csv"), `${header}\n${rows.join("\n")}\n`);
  writeFileSync(join(work, "mistake.csv"), `${header}\n5.1,3.5,1.4,0.2\n6.3,3.3,six,2.5\n`);
}

async function draw(recording: Recording): Promise<void> {
  const { name, title, command, columns = usualColumns } = recording;
  const output = await record(recording, work, `${join(work, "bin")}:${process.env.PATH}`);
  const prompt = [
    { text: "$ ", color: "green", bold: false, dim: false } as const,
    { text: command, color: undefined, bold: true, dim: false } as const,
  ];
  const lines = screenOf(output);
  const svg = drawTerminal(title, [prompt, ...lines], columns);
  if (svg.length > largest) throw new Error(`${name}.svg takes ${svg.length} bytes, and the limit is ${largest}.`);
  writeFileSync(join(target, `${name}.svg`), svg);
  console.log(`${name}.svg: ${lines.length + 1} lines, ${svg.length} bytes`);
}
