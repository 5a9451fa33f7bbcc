import { type RnnActivation, type RnnForm, rnnForm } from "../../graph/rnn.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { elementCount } from "../../tensor/shape.ts";
import { type TensorOf, tensor } from "../../tensor/tensor.ts";
import { malformed, misfit, unsupported } from "../evaluate.ts";
import { logistic } from "../operators/elementwise/unary.ts";
import { softplus } from "../operators/nn/activations.ts";
import { type ControlCall, type EvaluateControl, tensorOf } from "./control.ts";

type Floats = TensorOf<"float32"> | TensorOf<"float64">;

/** The sizes of an RNN, and where its elements lie. */
interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly form: RnnForm;
}

/** Cells whose state is an activation of sums over the input of a step and the state before it. */
export const evaluateRnn: EvaluateControl = (call) => {
  const form = rnnForm(call.node, call.opset);
  if (typeof form === "string") return unsupported(call, form);
  const x = floatsOf(call, 0, "its input");
  const [weights, recurrent] = [floatsOf(call, 1, "its weights"), floatsOf(call, 2, "its recurrent weights")];
  const count = form.directions.length;
  const [first = 0, second = 0, inputs = 0] = x.shape;
  const [steps, batch] = form.batchFirst ? [second, first] : [first, second];
  const hidden = weights.shape[1] ?? 0;
  const sizes: Sizes = { steps, batch, inputs, hidden, form };
  const state = form.batchFirst ? [batch, count, hidden] : [count, batch, hidden];
  const bias = optional(call, 3, "its bias", [count, 2 * hidden]);
  const initial = optional(call, 5, "its initial state", state);
  const fits = x.shape.length === 3 && same(weights.shape, [count, hidden, inputs]) && same(recurrent.shape, [count, hidden, hidden]);
  if (!fits) misfit({ ...call, inputs: [x, weights, recurrent] }, "its weights are not for its input");
  const lengths = lengthsOf(call, sizes);
  const all = tensor(x.dtype, form.batchFirst ? [batch, steps, count, hidden] : [steps, count, batch, hidden]) as Floats;
  const last = tensor(x.dtype, state) as Floats;
  if (initial !== undefined) last.data.set(initial.data);
  const next = new Float64Array(hidden);
  form.directions.forEach(({ backwards, activation }, direction) => {
    const f = functionOf(activation);
    for (let row = 0; row < batch; row++) {
      const held = (form.batchFirst ? row * count + direction : direction * batch + row) * hidden;
      const length = lengths[row] ?? steps;
      for (let done = 0; done < length; done++) {
        const step = backwards ? length - 1 - done : done;
        const from = (form.batchFirst ? row * steps + step : step * batch + row) * inputs;
        for (let unit = 0; unit < hidden; unit++) {
          const own = direction * hidden + unit;
          let sum = bias === undefined ? 0 : at(bias, 2 * direction * hidden + unit) + at(bias, (2 * direction + 1) * hidden + unit);
          for (let input = 0; input < inputs; input++) sum += at(x, from + input) * at(weights, own * inputs + input);
          for (let other = 0; other < hidden; other++) sum += at(last, held + other) * at(recurrent, own * hidden + other);
          next[unit] = f(form.clip === undefined ? sum : Math.max(-form.clip, Math.min(form.clip, sum)));
        }
        last.data.set(next, held);
        all.data.set(
          next,
          (form.batchFirst ? (row * steps + step) * count + direction : (step * count + direction) * batch + row) * hidden,
        );
      }
    }
  });
  return [all, last];
};

function at({ data }: Floats, index: number): number {
  return data[index] as number;
}

function same(found: readonly number[], expected: readonly number[]): boolean {
  return found.length === expected.length && found.every((size, axis) => size === expected[axis]);
}

function floatsOf(call: ControlCall, position: number, what: string): Floats {
  const value = tensorOf(call, call.inputs[position], what);
  return isFloat(value.dtype) ? (value as Floats) : malformed(call, `${what} is ${value.dtype}`);
}

function optional(call: ControlCall, position: number, what: string, shape: readonly number[]): Floats | undefined {
  if (call.inputs[position] === undefined) return undefined;
  const value = floatsOf(call, position, what);
  return same(value.shape, shape) ? value : misfit({ ...call, inputs: [value] }, `${what} has ${elementCount(shape)} elements`);
}

/** Steps of each row; behind them its outputs are 0, and its state stays. */
function lengthsOf(call: ControlCall, { steps, batch }: Sizes): readonly number[] {
  if (call.inputs[4] === undefined) return [];
  const value = tensorOf(call, call.inputs[4], "the steps of each row");
  const lengths = Array.from(value.data as ArrayLike<number>);
  if (lengths.length !== batch || lengths.some((length) => !(length >= 0 && length <= steps)))
    misfit({ ...call, inputs: [value] }, "these are not the steps of each row");
  return lengths;
}

function functionOf(activation: RnnActivation): (x: number) => number {
  switch (activation.operator) {
    case "Affine":
      return (x) => activation.alpha * x + activation.beta;
    case "Elu":
      return (x) => (x >= 0 ? x : activation.alpha * Math.expm1(x));
    case "HardSigmoid":
      return (x) => Math.max(0, Math.min(1, activation.alpha * x + activation.beta));
    case "LeakyRelu":
      return (x) => (x >= 0 ? x : activation.alpha * x);
    case "Relu":
      return (x) => Math.max(0, x);
    case "ScaledTanh":
      return (x) => activation.alpha * Math.tanh(activation.beta * x);
    case "Sigmoid":
      return logistic;
    case "Softplus":
      return softplus;
    case "Softsign":
      return (x) => x / (1 + Math.abs(x));
    case "Tanh":
      return Math.tanh;
    case "ThresholdedRelu":
      return (x) => (x > activation.alpha ? x : 0);
  }
}
