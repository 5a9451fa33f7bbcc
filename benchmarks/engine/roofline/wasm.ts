import { WasmFunction } from "../../../src/compiler/wasm/function.ts";
import { WasmModule } from "../../../src/compiler/wasm/module.ts";
import { seededRandom } from "../../../test/onnx/random.ts";

/** The code of limits.c as WebAssembly, on data of the same kind, in the runtime that runs this; prints one line of JSON. */

const line = 64;
const depth = 8;
const treeBytes = 8 << depth;
const features = 32;
const rows = 256;
const repeats = 15;
/** Where the rows begin: behind the largest table. */
const rowsAt = 32 * 2 ** 20;
const interleaves = [1, 4, 8, 16];

const sizes = process.argv.slice(2).map(Number);
const module = new WasmModule();
for (const chains of interleaves) {
  module.add(chase(chains), `chase${chains}`);
  module.add(trees(chains), `trees${chains}`);
}
const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(rowsAt / 65536 + 1)));
const memory = (instance.exports.memory as WebAssembly.Memory).buffer;
const words = new Uint32Array(memory);
const floats = new Float32Array(memory);
const random = seededRandom(1);
for (let index = 0; index < rows * features; index++) floats[rowsAt / 4 + index] = random();

const found = sizes.map((size) => {
  makeChain(size);
  const loads = interleaves.map((chains) => bestChase(size, chains));
  for (let at = 0; at < size; at += 8) {
    floats[at / 4] = random();
    words[at / 4 + 1] = Math.floor(random() * features) * 4;
  }
  return [size, { loads, steps: interleaves.map((interleaved) => bestTrees(size, interleaved)) }] as const;
});
console.log(JSON.stringify(Object.fromEntries(found)));

/** (size, steps): follows so many chains at once. */
function chase(chains: number): WasmFunction {
  const fn = new WasmFunction(["i32", "i32"], ["i32"]);
  const [size, steps, sum] = [fn.parameter(0), fn.parameter(1), fn.local("i32")];
  const at = Array.from({ length: chains }, () => fn.local("i32"));
  at.forEach((local, chain) => {
    fn.get(size).const("i32", chains).op("i32.div_s").const("i32", -line).op("i32.and").const("i32", chain).op("i32.mul").set(local);
  });
  fn.loop(() => {
    for (const local of at) fn.get(local).memory("i32.load").set(local);
    fn.get(steps).const("i32", 1).op("i32.sub").tee(steps).brIf(0);
  });
  for (const local of at) fn.get(sum).get(local).op("i32.add").set(sum);
  return fn.get(sum);
}

/** (row, bytes): walks all trees of a table, so many at once. */
function trees(interleaved: number): WasmFunction {
  const fn = new WasmFunction(["i32", "i32"], ["i32"]);
  const [row, bytes, base, sum] = [fn.parameter(0), fn.parameter(1), fn.local("i32"), fn.local("i32")];
  const at = Array.from({ length: interleaved }, () => fn.local("i32"));
  const node = fn.local("i32");
  fn.loop(() => {
    for (const local of at) fn.const("i32", 0).set(local);
    for (let level = 0; level < depth; level++)
      at.forEach((local, tree) => {
        fn.get(base).get(local).op("i32.add").set(node);
        fn.get(local).const("i32", 1).op("i32.shl");
        fn.get(row)
          .get(node)
          .memory("i32.load", tree * treeBytes + 4)
          .op("i32.add")
          .memory("f32.load");
        fn.get(node)
          .memory("f32.load", tree * treeBytes)
          .op("f32.le", "i32.eqz")
          .const("i32", 3)
          .op("i32.shl", "i32.add");
        fn.const("i32", 8).op("i32.add").set(local);
      });
    for (const local of at) fn.get(sum).get(local).op("i32.add").set(sum);
    fn.get(base)
      .const("i32", interleaved * treeBytes)
      .op("i32.add")
      .tee(base)
      .get(bytes)
      .op("i32.lt_u")
      .brIf(0);
  });
  return fn.get(sum);
}

/** One cycle through all lines of the first `size` bytes, in random order. */
function makeChain(size: number): void {
  const order = Array.from({ length: size / line }, (_, index) => index);
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] as number, order[index] as number];
  }
  order.forEach((from, index) => {
    words[(from * line) / 4] = (order[(index + 1) % order.length] as number) * line;
  });
}

function bestChase(size: number, chains: number): number {
  const run = instance.exports[`chase${chains}`] as (size: number, steps: number) => number;
  const steps = 200_000;
  return best(() => run(size, steps), steps * chains);
}

function bestTrees(size: number, interleaved: number): number {
  const run = instance.exports[`trees${interleaved}`] as (row: number, bytes: number) => number;
  const passes = size < 2 ** 20 ? 20 : 1;
  const all = (): void => {
    for (let pass = 0; pass < passes; pass++) for (let row = 0; row < rows; row++) run(rowsAt + row * features * 4, size);
  };
  return best(all, passes * rows * (size / treeBytes) * depth);
}

/** The most of something that was done in a nanosecond of processor time. */
function best(run: () => void, count: number): number {
  let most = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    most = Math.max(most, count / ((user + system) * 1000));
  }
  return most;
}
