import { compile } from "../../src/compiler/compile.ts";
import { interpret } from "../../src/interpreter/interpret.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { Runtime } from "../onnx/runtime.ts";
import { writeOnnx } from "../onnx/write.ts";
import { rowsAtSplits } from "./rows.ts";
import type { TreeNodeGraph } from "./tree-nodes.ts";

export interface ThresholdOutcome {
  readonly differences: readonly string[];
  readonly rows: number;
  readonly splits: number;
  readonly unreachable: number;
  /** Whether ONNX Runtime runs the trees. */
  readonly onRuntime: boolean;
}

/** One row, a block that is not full, and full ones. */
const blocks = [1, 7, 64];

/** The trees with whole numbers for leaves on three engines: to the last bit, whatever the block, with and without SIMD. */
export async function checkThresholds(trees: TreeNodeGraph): Promise<ThresholdOutcome> {
  const { routing, precision, columns } = trees;
  const { rows, splits, unreachable, looksUp } = rowsAtSplits(trees);
  const input: Tensor =
    precision === "float32"
      ? { dtype: "float32", shape: [rows.length, columns], data: Float32Array.from(rows.flat()) }
      : { dtype: "float64", shape: [rows.length, columns], data: Float64Array.from(rows.flat()) };
  const expected = Array.from((interpret(routing, [input])[0] as Tensor).data as ArrayLike<number>);
  const width = expected.length / rows.length;
  const differences: string[] = [];
  const compare = (what: string, found: ArrayLike<number>, skips: (row: readonly number[]) => boolean = () => false): void => {
    const at = expected.findIndex((value, index) => value !== found[index] && !skips(rows[Math.floor(index / width)] ?? []));
    if (at < 0) return;
    const row = Math.floor(at / width);
    differences.push(`${what}: ${found[at]} instead of ${expected[at]} for row [${rows[row]?.map(String)}]`);
  };

  for (const simd of [true, false]) {
    const kernel = await compile(routing, { simd });
    const [columnsOfInput] = kernel.inputs;
    const [output] = kernel.outputs;
    if (columnsOfInput === undefined || output === undefined) throw new Error("The kernel has an input and an output.");
    for (const block of blocks) {
      const found: number[] = [];
      for (let from = 0; from < rows.length; from += block) {
        const count = Math.min(block, rows.length - from);
        columnsOfInput.data.set(input.data.slice(from * columns, (from + count) * columns) as Float32Array);
        kernel.run(count);
        for (let index = 0; index < count * width; index++) found.push(output.data[index] as number);
      }
      compare(`compiled, simd ${simd}, blocks of ${block}`, found);
    }
  }

  const runtime = await Runtime.load(writeOnnx(routing));
  if (typeof runtime === "string") return { differences, rows: rows.length, splits, unreachable, onRuntime: false };
  const answer = await runtime.run({ X: input }, ["Y"]);
  await runtime.release();
  if (answer.kind === "answered") {
    // It looks categories up as the bits of an integer: 0, fractions and what is no number come out anywhere.
    const isNoCategory = (row: readonly number[]): boolean =>
      [...looksUp].some(
        (feature) => !(Number.isInteger(row[feature]) && (row[feature] as number) >= 1 && (row[feature] as number) < 2 ** 31),
      );
    compare("ONNX Runtime", (answer.outputs[0] as Tensor).data as ArrayLike<number>, isNoCategory);
  }
  return { differences, rows: rows.length, splits, unreachable, onRuntime: answer.kind === "answered" };
}
