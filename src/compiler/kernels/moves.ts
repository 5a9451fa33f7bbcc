import type { Tensor } from "../../tensor/tensor.ts";
import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import { type RowsValue, type StoredDType, storages } from "../values.ts";

/** Where elements come from: a row's value, or a constant. */
export interface Source {
  readonly dtype: StoredDType;
  readonly rows: RowsValue | undefined;
  readonly constant: Tensor | undefined;
}

/** An element of an output's row: from a source, or the fill. */
export interface Move {
  readonly source: Source | undefined;
  readonly element: number;
}

/** Elements that lie behind each other in the source and in the output. */
interface Run {
  readonly source: Source | undefined;
  readonly from: number;
  readonly to: number;
  length: number;
}

/** More runs than this go through a table of positions instead of being written out. */
const maxRuns = 32;

/** The code that fills a row's elements from their sources. */
export function emitMoves(output: RowsValue, moves: readonly Move[], fill: number, lowering: Lowering): (emitter: Emitter) => void {
  const runs = runsOf(moves);
  const rows = [...new Set(moves.flatMap(({ source }) => source?.rows ?? []))];
  const constants = constantTable(output.dtype, moves, fill, lowering);
  const write = runs.length <= maxRuns ? writeRuns(output, runs, constants) : writeTable(output, moves, rows, constants, lowering);
  return (emitter) => emitter.eachRow([...rows, output], () => write(emitter));
}

/** What does not come from the row: one table in the output's order. */
function constantTable(dtype: StoredDType, moves: readonly Move[], fill: number, lowering: Lowering): number {
  if (moves.every(({ source }) => source?.rows !== undefined)) return 0;
  const values = moves.map(({ source, element }): number => {
    if (source === undefined) return fill;
    if (source.constant === undefined) return 0;
    return source.constant.dtype === "string"
      ? lowering.vocabulary.add(source.constant.data[element] ?? "")
      : (source.constant.data[element] ?? 0);
  });
  const { type, log2Bytes } = storages[dtype];
  if (type === "f32") return lowering.memory.constant(Float32Array.from(values));
  if (type === "f64") return lowering.memory.constant(Float64Array.from(values));
  return lowering.memory.constant(log2Bytes === 0 ? Uint8Array.from(values) : Int32Array.from(values));
}

function runsOf(moves: readonly Move[]): Run[] {
  const runs: Run[] = [];
  moves.forEach(({ source, element }, to) => {
    const last = runs.at(-1);
    const isConstant = source?.rows === undefined;
    if (
      last !== undefined &&
      (isConstant ? last.source?.rows === undefined : last.source === source && last.from + last.length === element)
    )
      last.length++;
    else runs.push({ source, from: element, to, length: 1 });
  });
  return runs;
}

function writeRuns(output: RowsValue, runs: readonly Run[], constants: number): (emitter: Emitter) => void {
  const size = storages[output.dtype].log2Bytes;
  return (emitter) => {
    for (const { source, from, to, length } of runs) {
      const target = emitter.part(output, to, length);
      const rows = source?.rows;
      const part = rows === undefined ? undefined : emitter.part(rows, from, length);
      emitter.elements(length, (element) =>
        emitter.store(target, element, () => {
          if (part !== undefined) emitter.load(part, element);
          else emitter.loadConstant(output.dtype, constants + (to << size), element);
        }),
      );
    }
  };
}

/** For every source of rows the positions in it and in the output. */
function writeTable(
  output: RowsValue,
  moves: readonly Move[],
  rows: readonly RowsValue[],
  constants: number,
  lowering: Lowering,
): (emitter: Emitter) => void {
  const { log2Bytes, load, store } = storages[output.dtype];
  const parts = [undefined, ...rows].map((value) => {
    const own = moves.flatMap(({ source, element }, to) =>
      source?.rows === value ? [[value === undefined ? to : element, to] as const] : [],
    );
    const table = Int32Array.from(own.flatMap(([from, to]) => [from << log2Bytes, to << log2Bytes]));
    return { value, count: own.length, address: own.length === 0 ? 0 : lowering.memory.constant(table) };
  });
  return (emitter) => {
    const { fn } = emitter;
    const at = fn.local("i32");
    for (const { value, count, address } of parts) {
      if (count === 0) continue;
      fn.count(at, address, address + count * 8, 8, () => {
        emitter.pointer(output);
        fn.get(at).memory("i32.load", 4).op("i32.add");
        if (value === undefined) fn.get(at).memory("i32.load").memory(load, constants);
        else {
          emitter.pointer(value);
          fn.get(at).memory("i32.load").op("i32.add").memory(load, value.address);
        }
        fn.memory(store, output.address);
      });
    }
  };
}
