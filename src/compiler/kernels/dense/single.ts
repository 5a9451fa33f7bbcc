import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Matrix } from "./matrix.ts";

/** Registers of sums in one pass over the row, of four columns each; see blocks.ts. */
const registers = 7;
const blockColumns = 4 * registers;
/** Products that are added up in float32 before their sum joins the others: the error grows with this and the number of such sums. */
const chunkRows = 16;

/**
 * The product of a row and a matrix with sums in float32, for hidden layers: `output` (float32 `[matrix.columns]`)
 * from `input` (float32 `[matrix.rows]`). Needs SIMD. Only inside `eachRow` over both values.
 *
 * The products of 16 rows are summed, and these sums are summed: with n rows every result is within
 * (17 + n / 16) · 2^-24 · Σ|product| of the exact sum (ONNX Runtime's own are within n · 2^-24 · Σ|product|).
 */
export function lowerSingle(input: RowsValue, matrix: Matrix, output: RowsValue, lowering: Lowering): (emitter: Emitter) => void {
  const { rows, columns, data } = matrix;
  const whole = Math.floor(columns / blockColumns) * blockColumns;
  // Block by block, so that a pass over the row reads them in order; the weights of the added columns are 0 and their sums are not stored.
  const padded = Math.ceil(columns / 4) * 4;
  const weights = new Float32Array(rows * padded);
  let at = 0;
  for (let column = 0; column < columns; column += blockColumns) {
    const end = Math.min(column + blockColumns, columns);
    for (let row = 0; row < rows; row++, at += Math.ceil((end - column) / 4) * 4)
      weights.set(data.subarray(row * columns + column, row * columns + end), at);
  }
  const address = lowering.memory.shared(weights);

  return (emitter) => {
    const { fn } = emitter;
    const weight = fn.local("i32");
    const element = fn.local("i32");
    const chunkEnd = fn.local("i32");
    const x = fn.local("v128");
    const locals = Array.from({ length: Math.min(registers, padded / 4) }, () => ({ sum: fn.local("v128"), chunk: fn.local("v128") }));

    const block = (count: number, storeSums: (sums: typeof locals) => void): void => {
      const used = locals.slice(0, count);
      const pass = (end: () => void): void => {
        for (const { chunk } of used) fn.const("f32", 0).op("f32x4.splat").set(chunk);
        fn.loop(() => {
          emitter.pointer(input);
          fn.get(element).op("i32.add").memory("v128.load32_splat", input.address).set(x);
          used.forEach(({ chunk }, index) => {
            fn.get(x)
              .get(weight)
              .memory("v128.load", address + index * 16)
              .op("f32x4.mul")
              .get(chunk)
              .op("f32x4.add")
              .set(chunk);
          });
          fn.get(weight)
            .const("i32", count * 16)
            .op("i32.add")
            .set(weight);
          fn.get(element).const("i32", 4).op("i32.add").tee(element);
          end();
          fn.op("i32.lt_u").brIf(0);
        });
        for (const { sum, chunk } of used) fn.get(sum).get(chunk).op("f32x4.add").set(sum);
      };
      for (const { sum } of used) fn.const("f32", 0).op("f32x4.splat").set(sum);
      fn.const("i32", 0).set(element);
      const even = Math.floor(rows / chunkRows) * chunkRows;
      if (even > 0) {
        fn.const("i32", chunkRows * 4).set(chunkEnd);
        fn.loop(() => {
          pass(() => fn.get(chunkEnd));
          fn.get(chunkEnd)
            .const("i32", chunkRows * 4)
            .op("i32.add")
            .tee(chunkEnd)
            .const("i32", even * 4)
            .op("i32.le_u")
            .brIf(0);
        });
      }
      if (even < rows) pass(() => fn.const("i32", rows * 4));
      storeSums(used);
    };

    fn.const("i32", 0).set(weight);
    if (whole > 0) {
      const offset = fn.local("i32");
      fn.count(offset, 0, whole * 4, blockColumns * 4, () =>
        block(registers, (sums) =>
          sums.forEach(({ sum }, index) => {
            emitter.pointer(output);
            fn.get(offset)
              .op("i32.add")
              .get(sum)
              .memory("v128.store", output.address + index * 16);
          }),
        ),
      );
    }
    if (whole < columns)
      block((padded - whole) / 4, (sums) =>
        sums.forEach(({ sum }, index) => {
          const column = whole + index * 4;
          if (column + 4 <= columns) emitter.store4(output, column, () => fn.get(sum));
          else
            for (let lane = 0; column + lane < columns; lane++)
              emitter.store(output, column + lane, () => fn.get(sum).op(`f32x4.extract_lane_${lane as 0 | 1 | 2}`));
        }),
      );
  };
}
