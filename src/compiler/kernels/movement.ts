import { intsAttribute } from "../../graph/attributes.ts";
import { isOpaque } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { tensor } from "../../tensor/tensor.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import { rowCounts, tensorForRows } from "../row-count.ts";
import { type Dimension, isStored, type RowsValue, type StoredDType, type Value } from "../values.ts";
import { emitMoves, type Move, type Source } from "./moves.ts";

/** What stands in an output element's place for one that is filled. */
const filled = -1;

/**
 * Lowers an operator that only moves elements. Where they go is found by evaluating the node on the elements' own
 * numbers, for several counts of rows: every row has to be made of that row's elements, in the same way.
 * @param data Positions of the inputs whose elements are moved; the others have to be the same for every row
 */
export function lowerMovement(data: (position: number) => boolean): Lower {
  return (node, lowering) => {
    const sources = node.values.map((value, position) => (data(position) && value !== undefined ? sourceOf(node, value) : undefined));
    const given = sources.filter((source) => source !== undefined);
    const dtype = given[0]?.dtype;
    if (dtype === undefined || given.some((source) => source.dtype !== dtype)) unsupported(node, "its inputs differ in type");
    const runs = rowCounts.map((rows) => {
      let base = 0;
      const bases: number[] = [];
      const inputs = node.values.map((value, position): Tensor | undefined => {
        const source = sources[position];
        bases.push(base);
        if (source !== undefined) {
          const numbers = numbered(source, rows, base);
          base += numbers.data.length;
          return numbers;
        }
        if (value === undefined) return undefined;
        // Filling is done afterwards, by a value of the right type.
        if (node.operator === "Pad" && position === 2) return tensor("int64", [], Float64Array.of(filled));
        return tensorForRows(node, value, rows);
      });
      return { rows, bases, outputs: lowering.evaluate(node, inputs) };
    });
    const outputs = node.outputs.map((_, position) => {
      const results = runs.map(({ rows, bases, outputs: made }) => ({ rows, bases, output: made[position] as Tensor }));
      return outputOf(node, sources, results);
    });
    return join(outputs.map((output) => lowerMoves(node, dtype, sources, output, lowering)));
  };
}

interface Result {
  readonly rows: number;
  readonly bases: readonly number[];
  readonly output: Tensor;
}

interface MovedOutput {
  readonly shape: readonly Dimension[];
  readonly moves: readonly Move[];
}

function sourceOf(node: LoweringNode, value: Value): Source {
  if (value.kind === "rows") return { dtype: value.dtype, rows: value, constant: undefined };
  if (value.kind === "constant" && !isOpaque(value.constant) && isStored(value.constant.dtype))
    return { dtype: value.constant.dtype, rows: undefined, constant: value.constant };
  return unsupported(node, "an input is neither rows nor a constant");
}

/** The source's shape with the elements' numbers from `base` on: row after row, as they lie in memory. */
function numbered({ rows, constant }: Source, count: number, base: number): Tensor {
  const shape = rows === undefined ? (constant?.shape ?? []) : rows.shape.map((dimension) => (dimension === "rows" ? count : dimension));
  const length = shape.reduce((product, size) => product * size, 1);
  const place = rows === undefined ? (index: number) => index : placeInMemory(shape, rows.shape.indexOf("rows"));
  return tensor(
    "int64",
    shape,
    Float64Array.from({ length }, (_, index) => base + place(index)),
  );
}

/** From an element's place in a tensor of this shape to its place among rows that lie one after the other. */
function placeInMemory(shape: readonly number[], rowsAt: number): (index: number) => number {
  const inner = shape.slice(rowsAt + 1).reduce((product, size) => product * size, 1);
  const rows = shape[rowsAt] as number;
  const width = shape.reduce((product, size) => product * size, 1) / Math.max(rows, 1);
  return (index) => (Math.floor(index / inner) % rows) * width + Math.floor(index / (inner * rows)) * inner + (index % inner);
}

/** The output's shape, and where each element of a row comes from; the same for every row and every count of rows. */
function outputOf(node: LoweringNode, sources: readonly (Source | undefined)[], results: readonly Result[]): MovedOutput {
  const [first] = results as [Result];
  const axis = first.output.shape.findIndex((size, at) => results.some(({ output }) => output.shape[at] !== size));
  const isRows = results.every(
    ({ rows, output: { shape } }) =>
      shape.length === first.output.shape.length &&
      shape.every((size, at) => (at === axis ? size === rows : size === first.output.shape[at])),
  );
  if (axis < 0 || !isRows) unsupported(node, "its result has not a row for every row");
  const width = first.output.data.length / first.rows;
  const moves: Move[] = [];
  for (const result of results) {
    const place = placeInMemory(result.output.shape, axis);
    result.output.data.forEach((_: unknown, index: number) => {
      const at = place(index);
      const [row, element] = [Math.floor(at / width), at % width];
      const move = moveOf(node, sources, result, index, row);
      const known = moves[element];
      if (known === undefined) moves[element] = move;
      else if (move.source !== known.source || move.element !== known.element) unsupported(node, "it moves elements from row to row");
    });
  }
  return { shape: first.output.shape.map((size, at) => (at === axis ? "rows" : size)), moves };
}

/** What the number at a place stands for. */
function moveOf(
  node: LoweringNode,
  sources: readonly (Source | undefined)[],
  { bases, rows, output }: Result,
  place: number,
  row: number,
): Move {
  const number = output.data[place] as number;
  if (number === filled) return { source: undefined, element: 0 };
  let position = bases.length - 1;
  while (position > 0 && (sources[position] === undefined || number < (bases[position] as number))) position--;
  const source = sources[position] ?? unsupported(node, "it makes elements of its own");
  const local = number - (bases[position] as number);
  if (source.rows === undefined) return { source, element: local };
  const { width } = source.rows;
  if (local >= width * rows || Math.floor(local / width) !== row) unsupported(node, "it moves elements from row to row");
  return { source, element: local % width };
}

function lowerMoves(
  node: LoweringNode,
  dtype: StoredDType,
  sources: readonly (Source | undefined)[],
  { shape, moves }: MovedOutput,
  lowering: Lowering,
): { readonly output: RowsValue; readonly emit: Lowered["emit"] } {
  const [only] = new Set(moves.map(({ source }) => source));
  // Nothing moves: the same memory under another shape.
  if (
    only?.rows !== undefined &&
    moves.length === only.rows.width &&
    moves.every(({ source, element }, at) => source === only && element === at)
  )
    return { output: { ...only.rows, shape }, emit: undefined };
  const open = sources.some((source) => source?.rows?.open === true);
  const output = lowering.allocate(dtype, shape, open);
  return { output, emit: emitMoves(output, moves, fillOf(node), lowering) };
}

/** What Pad fills with. */
function fillOf(node: LoweringNode): number {
  const value = node.operator === "Pad" ? node.values[2] : undefined;
  if (value === undefined) return 0;
  if (value.kind !== "constant" || isOpaque(value.constant) || value.constant.dtype === "string")
    return unsupported(node, "it fills with no number");
  return value.constant.data[0] ?? 0;
}

function join(parts: readonly { readonly output: RowsValue; readonly emit: Lowered["emit"] }[]): Lowered {
  const emits = parts.flatMap(({ emit }) => emit ?? []);
  const outputs = parts.map(({ output }) => output);
  if (emits.length === 0) return { outputs };
  return {
    outputs,
    emit: (emitter) => {
      for (const emit of emits) emit(emitter);
    },
  };
}

export const lowerMovedFirst = lowerMovement((position) => position === 0);
export const lowerMovedAll = lowerMovement(() => true);

/** A bound that is beyond the rows tried here may still cut the rows of a request: only one beyond all numbers of rows does not. */
const noBound = 2 ** 31 - 1;

/** Slices of a row; the rows themselves have to stay whole. */
export const lowerSlice: Lower = (node, lowering) => {
  const { shape } = rowsInput(node, 0);
  const list = (position: number, name: string): ArrayLike<number> | undefined => {
    const attribute = intsAttribute(node, name);
    if (attribute !== undefined || node.values[position] === undefined) return attribute;
    const { dtype, data } = constantInput(node, position);
    return dtype === "string" ? undefined : data;
  };
  const ends = Array.from(list(2, "ends") ?? []);
  const axes = Array.from(list(3, "axes") ?? ends.keys());
  axes.forEach((axis, index) => {
    if (shape.at(axis) === "rows" && (ends[index] as number) < noBound) unsupported(node, "it cuts the rows");
  });
  return lowerMovedFirst(node, lowering);
};

/** Data and updates; the indices between them have to be constant. */
export const lowerScatter: Lower = (node, lowering) => {
  const reduction = node.attributes.get("reduction");
  if (reduction?.kind === "string" && reduction.value !== "none") unsupported(node, "it combines updates");
  return lowerMovement((position) => position !== 1)(node, lowering);
};
