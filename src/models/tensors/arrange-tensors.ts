import { SetosaError } from "../../errors.ts";
import type { Graph, ValueInfo } from "../../graph/graph.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { allocate } from "../../tensor/dtype.ts";
import { formatShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { suggest } from "../suggest.ts";
import { convertTensor } from "./convert-tensor.ts";

/** A tensor that a client sent under a name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
  /** Where it stands in the request, for errors: `inputs[0]`. */
  readonly path: string;
}

/**
 * A client's tensors in the order and the dtypes of the graph's inputs. A model of rows also takes one tensor for each feature, as
 * clients make them of the columns of a table.
 * @throws SetosaError TENSOR_INVALID for a name, a dtype or a shape that does not fit
 */
export function arrangeTensors(graph: Graph, { task, features }: Signature, given: readonly NamedTensor[]): readonly Tensor[] {
  const named = new Map<string, NamedTensor>();
  for (const tensor of given) {
    if (named.has(tensor.name)) throw unfit(`"${tensor.name}" is given twice.`, tensor.path, "Send each input once.");
    named.set(tensor.name, tensor);
  }
  const isInput = (name: string) => graph.inputs.some((input) => input.name === name);
  if (
    task.kind !== "tensors" &&
    given.length > 0 &&
    !given.some(({ name }) => isInput(name)) &&
    features.some(({ name }) => named.has(name))
  )
    return columns(graph, features, named);
  const stranger = given.find(({ name }) => !isInput(name));
  const names = graph.inputs.map(({ name }) => name);
  if (stranger !== undefined) {
    const meant = suggest(stranger.name, names);
    throw unfit(
      `The model has no input ${JSON.stringify(stranger.name.slice(0, 80))}.`,
      stranger.path,
      meant === undefined ? `Its inputs are ${list(names)}.` : `Did you mean ${JSON.stringify(meant)}?`,
    );
  }
  return graph.inputs.map((info) => {
    const tensor = named.get(info.name);
    if (tensor === undefined) throw unfit(`The input "${info.name}" is absent.`, "inputs", `The model takes the inputs ${list(names)}.`);
    return fitted(tensor, info, task.kind === "tensors");
  });
}

function fitted({ name, tensor, path }: NamedTensor, { dtype, shape }: ValueInfo, strict: boolean): Tensor {
  const fits = shape.length === tensor.shape.length && shape.every((size, axis) => typeof size !== "number" || size === tensor.shape[axis]);
  // What rows of features have to be is known better than the graph declares it.
  if (strict && !fits)
    throw unfit(
      `"${name}" has the shape ${formatShape(tensor.shape)}, and the model takes ${formatShape(shape)}.`,
      path,
      "Send that shape.",
    );
  const converted = convertTensor(tensor, dtype, path);
  if (strict || shape.length === 0 || shape.length === tensor.shape.length) return converted;
  const [rows = 0] = tensor.shape;
  // One column is a list of values or a list of rows.
  if (shape.length === 2 && tensor.shape.length === 1) return { ...converted, shape: [rows, 1] } as Tensor;
  if (shape.length === 1 && tensor.shape.length === 2 && tensor.shape[1] === 1) return { ...converted, shape: [rows] } as Tensor;
  return converted;
}

/** Columns of a table put together to the graph's inputs. */
function columns(graph: Graph, features: readonly Feature[], named: ReadonlyMap<string, NamedTensor>): readonly Tensor[] {
  const names = features.map(({ name }) => name);
  for (const { name, path } of named.values()) {
    if (names.includes(name)) continue;
    const meant = suggest(name, names);
    throw unfit(
      `The model has no feature ${JSON.stringify(name.slice(0, 80))}.`,
      path,
      meant === undefined ? `Its features are ${list(names)}.` : `Did you mean ${JSON.stringify(meant)}?`,
    );
  }
  let rows: number | undefined;
  const columnOf = ({ name, dtype }: Feature): Tensor => {
    const given = named.get(name);
    if (given === undefined) throw unfit(`The feature "${name}" is absent.`, "inputs", `The model takes the features ${list(names)}.`);
    const { shape } = given.tensor;
    const length = shape[0] ?? 0;
    if (shape.length === 0 || shape.length > 2 || (shape.length === 2 && shape[1] !== 1) || (rows !== undefined && length !== rows))
      throw unfit(
        `"${name}" has the shape ${formatShape(shape)}, and a column of ${rows ?? "some"} rows is [${rows ?? "rows"}, 1].`,
        given.path,
        "Send one value for each row, and as many rows in every column.",
      );
    rows = length;
    return convertTensor(given.tensor, dtype, given.path);
  };
  return graph.inputs.map(({ name, dtype, shape }) => {
    const own = features.filter(({ input }) => input === name);
    const parts = own.map((feature) => [feature.column, columnOf(feature).data] as const);
    const count = rows ?? 0;
    const data = allocate(dtype, count * own.length);
    for (const [column, values] of parts) for (let row = 0; row < count; row++) data[row * own.length + column] = values[row] as never;
    return { dtype, shape: shape.length < 2 ? [count] : [count, own.length], data } as Tensor;
  });
}

function list(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 80)));
  return `${some.join(", ")}${names.length > some.length ? ", …" : ""}`;
}

function unfit(message: string, path: string, hint: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", message, { path, hint });
}
