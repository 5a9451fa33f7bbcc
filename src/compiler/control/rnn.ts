import { type RnnActivation, type RnnDirection, type RnnForm, rnnForm } from "../../graph/rnn.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { type TensorOf, tensor } from "../../tensor/tensor.ts";
import { unsupported } from "../lowering.ts";
import type { ConstantValue, Value } from "../values.ts";
import { type ControlNode, constant, int, join, knownTensor, type LowerControl, tensorValue, wholeNumber } from "./control.ts";

/** Steps times their inputs times steps: every step finds its input among all of them while compiling. */
const maxSearch = 2 ** 22;
/** Steps times weights: every step lays its weights out anew to find that they are there already. */
const maxWeights = 2 ** 26;

type Floats = TensorOf<"float32"> | TensorOf<"float64">;

/** One direction's weights, as those of a product with the step's input and the state side by side. */
interface Cell extends RnnDirection {
  /** `[hidden, inputs]`, for the first step where there is no state yet. */
  readonly first: ConstantValue;
  /** `[hidden, inputs + hidden]` */
  readonly following: ConstantValue;
  readonly bias: ConstantValue;
}

/** Writes the steps out one after the other: there have to be as many for every row. */
export const lowerRnn: LowerControl = (call) => {
  const { node, inputs } = call;
  const form = rnnForm(node, call.opset);
  if (typeof form === "string") return unsupported(node, form);
  if (inputs[4] !== undefined) unsupported(node, "the number of its steps depends on the row");
  const x = tensorValue(call, inputs[0], "its input");
  const steps = stepsOf(call, x, form);
  const weights =
    knownTensor(call, inputs[1], "its weights").data.length + knownTensor(call, inputs[2], "its recurrent weights").data.length;
  if (steps * weights > maxWeights) unsupported(node, `${steps} steps with ${weights} weights`);
  const initial = inputs[5] === undefined ? undefined : tensorValue(call, inputs[5], "its initial state");
  const rowsAxis = form.batchFirst ? 0 : 1;
  const ways = form.directions.map((direction, index) => {
    const cell = cellOf(call, form, direction, index);
    const states: Value[] = new Array<Value>(steps);
    let state = initial && call.lower("Gather", [initial, wholeNumber(index)], { axis: int(form.batchFirst ? 1 : 0) });
    for (let done = 0; done < steps; done++) {
      const step = cell.backwards ? steps - 1 - done : done;
      const input = call.lower("Gather", [x, wholeNumber(step)], { axis: int(1 - rowsAxis) });
      state = stateAfter(call, form, cell, input, state);
      states[step] = state;
    }
    return { states, last: state as Value };
  });
  // Of all directions side by side, with a dimension for them.
  const together = (values: readonly Value[]): Value =>
    join(
      call,
      values.map((value) => unsqueezed(call, value, form.batchFirst ? 1 : 0)),
      form.batchFirst ? 1 : 0,
    );
  const isRead = (output: number): boolean => (node.outputs[output] ?? "") !== "";
  const all = (): Value => {
    const perStep = Array.from({ length: steps }, (_, step) => together(ways.map(({ states }) => states[step] as Value)));
    const axis = form.batchFirst ? 1 : 0;
    return join(
      call,
      perStep.map((value) => unsqueezed(call, value, axis)),
      axis,
    );
  };
  const last = (): Value => together(ways.map((way) => way.last));
  // A value that nothing reads is given as any other: it has no code.
  return [isRead(0) ? all() : x, ...(isRead(1) ? [last()] : [])];
};

function stateAfter(call: ControlNode, { clip }: RnnForm, cell: Cell, input: Value, state: Value | undefined): Value {
  const given = state === undefined ? input : join(call, [input, state], 1);
  const sums = call.lower("Gemm", [given, state === undefined ? cell.first : cell.following, cell.bias], { transB: int(1) });
  const dtype = (cell.bias.constant as Floats).dtype;
  const bounds = clip === undefined ? [] : [-clip, clip].map((bound) => scalar(dtype, bound));
  return activated(call, bounds.length === 0 ? sums : call.lower("Clip", [sums, ...bounds], {}), cell.activation, dtype);
}

function activated(call: ControlNode, x: Value, activation: RnnActivation, dtype: Floats["dtype"]): Value {
  const times = (value: Value, factor: number): Value => call.lower("Mul", [value, scalar(dtype, factor)], {});
  switch (activation.operator) {
    case "Affine":
      return call.lower("Add", [times(x, activation.alpha), scalar(dtype, activation.beta)], {});
    case "ScaledTanh":
      return times(call.lower("Tanh", [times(x, activation.beta)], {}), activation.alpha);
    default: {
      const names = ["alpha", "beta"] as const;
      const attributes = names.flatMap((name) => {
        const value = (activation as { readonly [N in typeof name]?: number })[name];
        return value === undefined ? [] : [[name, { kind: "float", value }] as const];
      });
      return call.lower(activation.operator, [x], Object.fromEntries(attributes));
    }
  }
}

function stepsOf({ node }: ControlNode, x: Value, { batchFirst }: RnnForm): number {
  if (x.kind !== "rows" || x.shape.length !== 3) return unsupported(node, "its input is not made of rows");
  const steps = x.shape[batchFirst ? 1 : 0] as number | "rows";
  if (steps === "rows") return unsupported(node, "it goes through the rows one by one");
  if (steps < 1 || steps * x.width > maxSearch) return unsupported(node, `${steps} steps of ${x.width / steps} inputs`);
  return steps;
}

function cellOf(call: ControlNode, { directions }: RnnForm, direction: RnnDirection, index: number): Cell {
  const [weights, recurrent] = [floatsOf(call, 1, "its weights"), floatsOf(call, 2, "its recurrent weights")];
  const [count = 0, hidden = 0, inputs = 0] = weights.shape;
  const bias = call.inputs[3] === undefined ? undefined : floatsOf(call, 3, "its bias");
  const fits =
    count === directions.length &&
    weights.shape.length === 3 &&
    recurrent.data.length === count * hidden * hidden &&
    (bias === undefined || bias.data.length === count * 2 * hidden);
  if (!fits) unsupported(call.node, "its weights do not fit each other");
  const first = tensor(weights.dtype, [hidden, inputs]) as Floats;
  const following = tensor(weights.dtype, [hidden, inputs + hidden]) as Floats;
  const sums = tensor(weights.dtype, [hidden]) as Floats;
  for (let unit = 0; unit < hidden; unit++) {
    const own = index * hidden + unit;
    first.data.set(weights.data.subarray(own * inputs, (own + 1) * inputs), unit * inputs);
    following.data.set(weights.data.subarray(own * inputs, (own + 1) * inputs), unit * (inputs + hidden));
    following.data.set(recurrent.data.subarray(own * hidden, (own + 1) * hidden), unit * (inputs + hidden) + inputs);
    const start = 2 * index * hidden + unit;
    sums.data[unit] = (bias?.data[start] ?? 0) + (bias?.data[start + hidden] ?? 0);
  }
  return { ...direction, first: constant(first), following: constant(following), bias: constant(sums) };
}

function floatsOf(call: ControlNode, position: number, what: string): Floats {
  const value = knownTensor(call, call.inputs[position] ?? unsupported(call.node, `${what} are absent`), what);
  return isFloat(value.dtype) ? (value as Floats) : unsupported(call.node, `${what} are ${value.dtype}`);
}

function unsqueezed(call: ControlNode, value: Value, axis: number): Value {
  return call.lower("Unsqueeze", [value, constant(tensor("int64", [1], Float64Array.of(axis)))], {});
}

function scalar(dtype: Floats["dtype"], value: number): ConstantValue {
  return constant(dtype === "float32" ? tensor("float32", [], Float32Array.of(value)) : tensor("float64", [], Float64Array.of(value)));
}
