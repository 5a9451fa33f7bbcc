import { readFileSync } from "node:fs";
import { compile } from "../../../src/compiler/compile.ts";
import { treeLayouts } from "../../../src/compiler/kernels/tree-ensemble/plan.ts";
import { readModel } from "../../../src/formats/registry.ts";
import { seededRandom } from "../../../test/onnx/random.ts";
import type { Info } from "../prepared.ts";
import { shuffled } from "../statistics.ts";

/**
 * Times one model's kernels with every layout of its trees, in this process and in turn, and prints microseconds per
 * row, a figure a round: `node traversals.ts FOLDER ROUNDS`. A layout that cannot hold the model falls back to `values`.
 */

const [folder = "", roundCount = "", repeats = "1"] = process.argv.slice(2);
const info = JSON.parse(readFileSync(`${folder}/info.json`, "utf8")) as Info;
const bytes = readFileSync(`${folder}/rows.f32`);
const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const { graph } = readModel(new Uint8Array(readFileSync(`${folder}/${info.file}`)));
const random = seededRandom(1);
const width = info.features;
const sliceMicroseconds = 8_000;
let sink = 0;

interface Timed {
  readonly layout: string;
  readonly one: (calls: number, from: number) => number;
  readonly many: () => number;
}

async function kernelOf(layout: string, layouts: typeof treeLayouts | readonly (typeof treeLayouts)[number][]): Promise<Timed> {
  const { inputs, outputs, capacity, run } = await compile(graph, { treeLayouts: layouts });
  const input = inputs[0]?.data as Float32Array | Float64Array;
  const output = outputs.at(-1)?.data as Float32Array | Float64Array;
  const rows = input instanceof Float64Array ? Float64Array.from(numbers) : numbers;
  const each = Array.from({ length: info.rows }, (_, row) => rows.slice(row * width, (row + 1) * width));
  const blocks = Array.from({ length: Math.floor(info.rows / capacity) }, (_, block) =>
    rows.slice(block * capacity * width, (block + 1) * capacity * width),
  );
  return {
    layout,
    one: (calls, from) => {
      const start = performance.now();
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === info.rows ? 0 : row + 1) {
        input.set(each[row] as Float32Array);
        run(1);
        sink += output[0] as number;
      }
      return ((performance.now() - start) * 1000) / calls;
    },
    many: () => {
      const start = performance.now();
      for (const block of blocks) {
        input.set(block);
        run(capacity);
        sink += output[0] as number;
      }
      return ((performance.now() - start) * 1000) / (blocks.length * capacity);
    },
  };
}

// Where a kernel's memory lies in the caches is chance: several of each, so that it does not decide.
const kernels: Timed[] = [];
for (let copy = 0; copy < Number(repeats); copy++) {
  for (const layout of treeLayouts) kernels.push(await kernelOf(layout, [layout]));
  kernels.push(await kernelOf("chosen", treeLayouts));
}
const calls = new Map<Timed, number>();
for (const kernel of kernels) {
  let count = 16;
  for (let warm = 0; warm < 6; warm++) count = Math.max(16, Math.round(sliceMicroseconds / kernel.one(count, 0)));
  calls.set(kernel, count);
  kernel.many();
}
const one = new Map<string, number[]>();
const many = new Map<string, number[]>();
const note = (times: Map<string, number[]>, layout: string, time: number): void => {
  times.set(layout, [...(times.get(layout) ?? []), time]);
};
for (let round = 0; round < Number(roundCount); round++)
  for (const kernel of shuffled(kernels, random)) {
    note(one, kernel.layout, kernel.one(calls.get(kernel) ?? 16, Math.floor(random() * info.rows)));
    note(many, kernel.layout, kernel.many());
  }
console.log(JSON.stringify({ one: Object.fromEntries(one), many: Object.fromEntries(many), sink: Number.isFinite(sink) }));
