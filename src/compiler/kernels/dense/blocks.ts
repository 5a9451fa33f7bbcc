import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type RowsValue, storages } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { type Matrix, paddedColumns, type Term, weightStorage } from "./matrix.ts";
import { emitTerm } from "./term.ts";

/** Registers of sums in one pass over the row: their additions overlap, and as many loads and the row's element fit in sixteen beside them. */
const registers = 7;
/** Columns of a pass. */
const blockColumns = 2 * registers;

/** Blocks of equally many columns, one after the other: the code for them is a loop, as long for ten thousand as for two. */
interface Blocks {
  /** The first of all columns, and how many each block has. */
  readonly column: number;
  readonly columns: number;
  readonly count: number;
  readonly rows: number;
  readonly address: number;
  /** Bytes of a weight. */
  readonly width: 4 | 8;
}

/** The weights in memory, block by block of columns, so that a pass over the row reads them in order. */
export function lowerBlocks(input: RowsValue, matrix: Matrix, sums: RowsValue, lowering: Lowering, term: Term): (emitter: Emitter) => void {
  const whole = Math.floor(matrix.columns / blockColumns);
  const rest = matrix.columns % blockColumns;
  const blocks = [
    ...(whole === 0 ? [] : [blocksOf(matrix, 0, blockColumns, whole, lowering)]),
    ...(rest === 0 ? [] : [blocksOf(matrix, whole * blockColumns, rest, 1, lowering)]),
  ];
  return (emitter) => {
    const emit = lowering.simd ? emitBlocksSimd : emitBlocksScalar;
    for (const some of blocks) emit(emitter, input, sums, some, term);
  };
}

function blocksOf(matrix: Matrix, column: number, columns: number, count: number, lowering: Lowering): Blocks {
  const { rows, columns: all, data } = matrix;
  // Rounded up to whole registers; the weights of the added column are 0 and its sum is not read.
  const padded = paddedColumns(columns);
  const length = count * rows * padded;
  const weights = weightStorage(matrix, length);
  let at = 0;
  for (let block = 0; block < count; block++)
    for (let row = 0; row < rows; row++, at += padded) {
      const from = row * all + column + block * columns;
      weights.set(data.subarray(from, from + columns), at);
    }
  return { column, columns, count, rows, address: lowering.memory.shared(weights), width: weights instanceof Float32Array ? 4 : 8 };
}

function emitBlocksSimd(emitter: Emitter, input: RowsValue, sums: RowsValue, blocks: Blocks, term: Term): void {
  const { fn } = emitter;
  const { column, columns, rows, address, width } = blocks;
  const sumsOf = Array.from({ length: Math.ceil(columns / 2) }, () => fn.local("v128"));
  const weights = fn.local("i32");
  const x = fn.local("v128");
  const difference = fn.local("v128");
  emitBlockLoop(emitter, weights, blocks, (sumOffset) => {
    for (const sum of sumsOf) fn.const("f64", 0).op("f64x2.splat").set(sum);
    emitRowLoop(emitter, input, rows, (load) => {
      load();
      fn.op("f64x2.splat").set(x);
      sumsOf.forEach((sum, index) => {
        fn.get(x).get(weights);
        if (width === 4) fn.memory("v128.load64_zero", address + index * 8).op("f64x2.promote_low_f32x4");
        else fn.memory("v128.load", address + index * 16);
        emitTerm(fn, term, difference, "f64x2");
        fn.get(sum).op("f64x2.add").set(sum);
      });
      fn.get(weights)
        .const("i32", sumsOf.length * 2 * width)
        .op("i32.add")
        .set(weights);
    });
    sumsOf.forEach((sum, index) => {
      emitter.pointer(sums);
      sumOffset();
      fn.get(sum).memory("v128.store", sums.address + (column + index * 2) * 8);
    });
  });
}

function emitBlocksScalar(emitter: Emitter, input: RowsValue, sums: RowsValue, blocks: Blocks, term: Term): void {
  const { fn } = emitter;
  const { column, columns, rows, address, width } = blocks;
  const sumsOf = Array.from({ length: columns }, () => fn.local("f64"));
  const weights = fn.local("i32");
  const x = fn.local("f64");
  const difference = fn.local("f64");
  emitBlockLoop(emitter, weights, blocks, (sumOffset) => {
    for (const sum of sumsOf) fn.const("f64", 0).set(sum);
    emitRowLoop(emitter, input, rows, (load) => {
      load();
      fn.set(x);
      sumsOf.forEach((sum, index) => {
        fn.get(x)
          .get(weights)
          .memory(width === 4 ? "f32.load" : "f64.load", address + index * width);
        if (width === 4) fn.op("f64.promote_f32");
        emitTerm(fn, term, difference, "f64");
        fn.get(sum).op("f64.add").set(sum);
      });
      fn.get(weights)
        .const("i32", paddedColumns(columns) * width)
        .op("i32.add")
        .set(weights);
    });
    sumsOf.forEach((sum, index) => {
      emitter.pointer(sums);
      sumOffset();
      fn.get(sum).memory("f64.store", sums.address + (column + index) * 8);
    });
  });
}

/**
 * Runs `body` for every block, with `weights` at 0 for the first and running on; its argument adds the block's
 * offset to the address of its sums on the stack.
 */
function emitBlockLoop({ fn }: Emitter, weights: Local, { columns, count }: Blocks, body: (sumOffset: () => void) => void): void {
  fn.const("i32", 0).set(weights);
  if (count === 1) {
    body(() => {});
    return;
  }
  const offset = fn.local("i32");
  fn.count(offset, 0, count * columns * 8, columns * 8, () => body(() => fn.get(offset).op("i32.add")));
}

/** Runs `body` for every element of the row; its argument puts the element on the stack as a float64. */
function emitRowLoop(emitter: Emitter, input: RowsValue, rows: number, body: (load: () => void) => void): void {
  const { fn } = emitter;
  const { load, log2Bytes } = storages[input.dtype];
  const element = fn.local("i32");
  const size = 1 << log2Bytes;
  fn.count(element, 0, rows * size, size, () =>
    body(() => {
      emitter.pointer(input);
      fn.get(element).op("i32.add").memory(load, input.address);
      emitter.convert(input.dtype, "float64");
    }),
  );
}
