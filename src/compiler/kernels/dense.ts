import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import { type RowsValue, storages } from "../values.ts";
import type { Local, WasmFunction } from "../wasm/function.ts";

/** Products up to this many multiplications are written out. */
const writeOutLimit = 64;
/** Columns that one pass over the row computes: four 128-bit registers of two sums. */
const blockColumns = 8;

/** A matrix `[rows, columns]`, row-major; float32 where every weight is one, which halves the memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** What is summed over a column and the row: the products, or the squares or sizes of the differences. */
export type Term = "product" | "squared difference" | "absolute difference";

/**
 * Combines a row with every column of a matrix: `sums` (float64 `[matrix.columns]`, room for whole
 * registers: `paddedColumns`) from `input` (`[matrix.rows]`). Every sum is a float64 and adds its
 * terms in the order of the rows, with and without SIMD. Only inside `eachRow` over both values.
 */
export function lowerDense(
  input: RowsValue,
  matrix: Matrix,
  sums: RowsValue,
  lowering: Lowering,
  term: Term = "product",
): (emitter: Emitter) => void {
  if (matrix.rows * matrix.columns <= writeOutLimit) return lowerWrittenOut(input, matrix, sums, term);
  return lowerBlocks(input, matrix, sums, lowering, term);
}

/** The weights as constants in the code. */
function lowerWrittenOut(input: RowsValue, matrix: Matrix, sums: RowsValue, term: Term): (emitter: Emitter) => void {
  return (emitter) => {
    const { fn } = emitter;
    const row = Array.from({ length: matrix.rows }, () => fn.local("f64"));
    const difference = fn.local("f64");
    row.forEach((local, index) => {
      emitter.loadF64(input, index);
      fn.set(local);
    });
    for (let column = 0; column < matrix.columns; column++)
      emitter.store(sums, column, () => {
        fn.const("f64", 0);
        row.forEach((local, index) => {
          fn.get(local).const("f64", matrix.data[index * matrix.columns + column] as number);
          emitTerm(fn, term, difference, "f64");
          fn.op("f64.add");
        });
      });
  };
}

/** The weights in memory, block by block of columns, so that a pass over the row reads them in order. */
function lowerBlocks(input: RowsValue, matrix: Matrix, sums: RowsValue, lowering: Lowering, term: Term): (emitter: Emitter) => void {
  const width = matrix.data instanceof Float32Array ? 4 : 8;
  const blocks: { column: number; columns: number; address: number }[] = [];
  for (let column = 0; column < matrix.columns; column += blockColumns) {
    const columns = Math.min(blockColumns, matrix.columns - column);
    // Rounded up to whole registers; the weights of the added column are 0 and its sum is not read.
    const padded = columns + (columns % 2);
    const block = width === 4 ? new Float32Array(matrix.rows * padded) : new Float64Array(matrix.rows * padded);
    for (let row = 0; row < matrix.rows; row++)
      for (let index = 0; index < columns; index++)
        block[row * padded + index] = matrix.data[row * matrix.columns + column + index] as number;
    blocks.push({ column, columns, address: lowering.memory.constant(block) });
  }
  return (emitter) => {
    for (const { column, columns, address } of blocks) {
      const emit = lowering.simd ? emitBlockSimd : emitBlockScalar;
      emit(emitter, input, sums, { column, columns, address, rows: matrix.rows, width, term });
    }
  };
}

interface Block {
  readonly column: number;
  readonly columns: number;
  readonly address: number;
  readonly rows: number;
  /** Bytes of a weight. */
  readonly width: 4 | 8;
  readonly term: Term;
}

function emitBlockSimd(emitter: Emitter, input: RowsValue, sums: RowsValue, block: Block): void {
  const { fn } = emitter;
  const registers = Array.from({ length: Math.ceil(block.columns / 2) }, () => fn.local("v128"));
  const weights = fn.local("i32");
  const x = fn.local("v128");
  const difference = fn.local("v128");
  const rowBytes = registers.length * 2 * block.width;
  for (const register of registers) fn.const("f64", 0).op("f64x2.splat").set(register);
  fn.const("i32", 0).set(weights);
  emitRowLoop(emitter, input, block.rows, (load) => {
    load();
    fn.op("f64x2.splat").set(x);
    registers.forEach((register, index) => {
      fn.get(x).get(weights);
      if (block.width === 4) fn.memory("v128.load64_zero", block.address + index * 8).op("f64x2.promote_low_f32x4");
      else fn.memory("v128.load", block.address + index * 16);
      emitTerm(fn, block.term, difference, "f64x2");
      fn.get(register).op("f64x2.add").set(register);
    });
    fn.get(weights).const("i32", rowBytes).op("i32.add").set(weights);
  });
  registers.forEach((register, index) => {
    emitter.pointer(sums);
    fn.get(register).memory("v128.store", sums.address + (block.column + index * 2) * 8);
  });
}

function emitBlockScalar(emitter: Emitter, input: RowsValue, sums: RowsValue, block: Block): void {
  const { fn } = emitter;
  const registers = Array.from({ length: block.columns }, () => fn.local("f64"));
  const weights = fn.local("i32");
  const x = fn.local("f64");
  const difference = fn.local("f64");
  const rowBytes = (block.columns + (block.columns % 2)) * block.width;
  for (const register of registers) fn.const("f64", 0).set(register);
  fn.const("i32", 0).set(weights);
  emitRowLoop(emitter, input, block.rows, (load) => {
    load();
    fn.set(x);
    registers.forEach((register, index) => {
      fn.get(x)
        .get(weights)
        .memory(block.width === 4 ? "f32.load" : "f64.load", block.address + index * block.width);
      if (block.width === 4) fn.op("f64.promote_f32");
      emitTerm(fn, block.term, difference, "f64");
      fn.get(register).op("f64.add").set(register);
    });
    fn.get(weights).const("i32", rowBytes).op("i32.add").set(weights);
  });
  registers.forEach((register, index) => emitter.store(sums, block.column + index, () => fn.get(register)));
}

/** From the row's element and the matrix's on the stack to what is summed. */
function emitTerm(fn: WasmFunction, term: Term, difference: Local, f: "f64" | "f64x2"): void {
  if (term === "product") fn.op(`${f}.mul`);
  else if (term === "absolute difference") fn.op(`${f}.sub`, `${f}.abs`);
  else fn.op(`${f}.sub`).set(difference).get(difference).get(difference).op(`${f}.mul`);
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

/** Width of a `sums` value that SIMD stores may fill: whole registers. */
export function paddedColumns(columns: number): number {
  return columns + (columns % 2);
}

/** Float32 storage where it loses nothing. */
export function matrixOf(rows: number, columns: number, data: ArrayLike<number>): Matrix {
  const single = Float32Array.from(data);
  const exact = single.every((value, index) => value === data[index] || Number.isNaN(value));
  return { rows, columns, data: exact ? single : Float64Array.from(data) };
}
