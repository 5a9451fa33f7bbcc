import type { Engine } from "../engines/engine.ts";
import { SetosaError } from "../errors.ts";
import type { Graph, ValueInfo } from "../graph/graph.ts";
import type { ParityRows, Signature } from "../graph/signature.ts";
import { joinRows, splitRows } from "../scheduling/rows.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { closeEnough } from "./parity.ts";
import { rowTensors } from "./row-tensors.ts";

export interface RowsModel {
  readonly graph: Graph;
  readonly signature: Signature;
  /** That the model takes, in the order of its features: none where they are not known. */
  readonly rows: ParityRows["rows"];
}

/** Rows that are run alone and together, at the most. */
const mostRows = 8;
/** Sizes that are tried for dimensions that the graph leaves open. */
const sizes = [4, 32];

/**
 * Whether rows of different requests can be run together: the graph leaves the number of rows open, and some rows are answered
 * together as each of them alone.
 * @returns Undefined where they can; else why not, for people
 */
export async function whyRowsStayAlone(model: RowsModel, engine: Engine): Promise<string | undefined> {
  const { inputs, outputs } = model.graph;
  const fixed =
    inputs.find(hasFixedRows) === undefined ? named("output", outputs.find(hasFixedRows)) : named("input", inputs.find(hasFixedRows));
  if (fixed !== undefined) return fixed;
  if (inputs.length === 0) return "it has no input";
  let why = "it has no rows to try it with";
  for (const samples of sampleRows(model))
    try {
      return await compare(model.graph, engine, samples);
    } catch (error) {
      // What it takes cannot be made up: an image of another size, a text that means something.
      if (!(error instanceof SetosaError)) throw error;
      why = `rows to try it with were refused: ${error.message}`;
    }
  return why;
}

function hasFixedRows({ shape }: ValueInfo): boolean {
  return shape.length === 0 || typeof shape[0] === "number";
}

function named(kind: string, info: ValueInfo | undefined): string | undefined {
  return info === undefined ? undefined : `the ${kind} "${info.name}" has a fixed number of rows`;
}

async function compare({ outputs }: Graph, engine: Engine, rows: readonly (readonly Tensor[])[]): Promise<string | undefined> {
  const together = splitRows(
    await engine.run(joinRows(rows)),
    rows.map(() => 1),
  );
  if (together === undefined) return "its outputs do not have a row for every row";
  for (const [row, inputs] of rows.entries()) {
    const alone = await engine.run(inputs);
    const different = outputs.find((_, index) => !isSame(alone[index], together[row]?.[index]));
    if (different !== undefined) return `"${different.name}" of a row depends on the rows beside it`;
  }
  return undefined;
}

function isSame(one: Tensor | undefined, other: Tensor | undefined): boolean {
  if (one === undefined || other === undefined || one.data.length !== other.data.length) return false;
  for (let index = 0; index < one.data.length; index++) {
    const [a, b] = [one.data[index], other.data[index]];
    const close = typeof a === "number" && typeof b === "number" && (one.dtype.startsWith("float") ? closeEnough(a, b) : a === b);
    if (!close && !Object.is(a, b)) return false;
  }
  return true;
}

/** Rows that differ, as tensors of one row each; more than one way of making them up, where there are no real ones. */
function* sampleRows({ graph, signature, rows: known }: RowsModel): Generator<readonly (readonly Tensor[])[]> {
  if (signature.task.kind !== "tensors") {
    const rows = [...known.slice(0, mostRows), ...(signature.example === undefined ? [] : [signature.example])];
    const distinct = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
    if (distinct.length > 1)
      yield distinct.map((row) =>
        rowTensors(graph, signature, [row], { path: "setosa.parity.rows", first: undefined }).map(({ tensor }) => tensor),
      );
    if (distinct.length > 1 || signature.features.some(({ categories, dtype }) => categories !== undefined || dtype === "string")) return;
  }
  for (const size of sizes) {
    yield [0, 1].map((row) => graph.inputs.map((info) => madeUp(info, row, size)));
    if (graph.inputs.every(({ shape }) => shape.slice(1).every((dimension) => typeof dimension === "number"))) return;
  }
}

/** Small numbers that differ from place to place and from row to row; whole ones are 0 and 1, which most vocabularies have. */
function madeUp({ dtype, shape }: ValueInfo, row: number, size: number): Tensor {
  const rest = shape.slice(1).map((dimension) => (typeof dimension === "number" ? dimension : size));
  const data = allocate(
    dtype,
    rest.reduce((product, dimension) => product * dimension, 1),
  );
  for (let index = 0; index < data.length; index++) {
    const part = ((index * 7 + row * 5) % 11) / 11;
    data[index] = dtype === "string" ? "" : dtype.startsWith("float") ? part : (index + row) % 2;
  }
  return { dtype, shape: [1, ...rest], data } as Tensor;
}
