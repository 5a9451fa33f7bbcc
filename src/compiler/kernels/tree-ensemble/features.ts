import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type RowsValue, storages } from "../../values.ts";
import { lowerCategoryTable } from "./category-lookup.ts";
import { categoryTables } from "./category-tests.ts";
import type { Forest } from "./forest.ts";

/** Where a forest reads a row. */
export interface Features {
  /** The rows' columns, in the forest's precision; what comes in addition has the same stride. */
  readonly columns: RowsValue;
  /** Bytes from a row's first column to a feature; `missingLower` asks for the copy in which a missing value is -Infinity. */
  readonly offset: (feature: number, missingLower: boolean) => number;
  /** Writes what the input does not hold; absent where the input is all there is. */
  readonly emit?: (emitter: Emitter) => void;
}

/**
 * The input itself where it has the right precision, else a copy of it, and in addition
 * - the answers to the forest's category tests;
 * - with `lowerCopy`, the columns a second time with -Infinity for NaN, which every comparison sends lower: so a split says
 *   where NaN goes by the copy that it reads, at no cost.
 */
export function lowerFeatures(forest: Forest, input: RowsValue, lowerCopy: boolean, lowering: Lowering): Features {
  const { precision, tests } = forest;
  const size = 1 << storages[precision].log2Bytes;
  const { width } = input;
  const stride = Math.max(width, tests.length);
  const isPlain = input.dtype === precision && stride === width;
  const allocate = (): RowsValue => lowering.allocate(precision, ["rows", stride]);
  const columns = isPlain ? input : allocate();
  const lower = lowerCopy ? allocate() : undefined;
  const answers = tests.length > 0 ? allocate() : undefined;
  const tables = categoryTables(tests).map((table) => lowerCategoryTable(table, lowering));
  const offset = (feature: number, missingLower: boolean): number => {
    if (feature >= width) return (answers ?? columns).address - columns.address + (feature - width) * size;
    return (missingLower ? (lower ?? columns).address - columns.address : 0) + feature * size;
  };
  if (isPlain && lower === undefined && answers === undefined) return { columns, offset };

  const emit = (emitter: Emitter): void => {
    if (!isPlain)
      emitter.eachRow([input, columns], () => {
        emitter.elements(width, (element) =>
          emitter.store(columns, element, () => {
            emitter.load(input, element);
            emitter.convert(input.dtype, precision);
          }),
        );
      });
    if (lower !== undefined) emitter.eachRow([columns, lower], () => emitLowerCopy(emitter, columns, lower, width, lowering));
    if (answers !== undefined)
      emitter.eachRow([columns, answers], () => {
        for (const answer of tables) answer(emitter, columns, answers);
      });
  };
  return { columns, offset, emit };
}

/** Copies a row's first `width` columns with -Infinity for NaN. */
function emitLowerCopy(emitter: Emitter, from: RowsValue, to: RowsValue, width: number, { simd }: Lowering): void {
  const { fn } = emitter;
  const { type, log2Bytes } = storages[from.dtype];
  const f = type === "f32" ? "f32" : "f64";
  const lanes = 16 >> log2Bytes;
  const inVectors = simd ? width - (width % lanes) : 0;
  if (inVectors > 0) {
    const at = fn.local("i32");
    const vector = fn.local("v128");
    fn.count(at, 0, inVectors << log2Bytes, 16, () => {
      emitter.pointer(to);
      fn.get(at).op("i32.add");
      emitter.pointer(from);
      fn.get(at).op("i32.add").memory("v128.load", from.address).tee(vector);
      fn.const(f, Number.NEGATIVE_INFINITY).op(f === "f32" ? "f32x4.splat" : "f64x2.splat");
      fn.get(vector)
        .get(vector)
        .op(f === "f32" ? "f32x4.eq" : "f64x2.eq", "v128.bitselect");
      fn.memory("v128.store", to.address);
    });
  }
  const value = fn.local(f);
  const source = emitter.part(from, inVectors, width - inVectors);
  const target = emitter.part(to, inVectors, width - inVectors);
  emitter.elements(width - inVectors, (element) => {
    emitter.store(target, element, () => {
      emitter.load(source, element);
      fn.tee(value).const(f, Number.NEGATIVE_INFINITY).get(value).get(value).op(`${f}.eq`, "select");
    });
  });
}
