import { floatAttribute, intAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { axisOf, countOf } from "../../axes.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Evaluate, malformed, misfit, numericInput, requiredInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

const epsilon = Math.fround(1e-5);

/** Each channel with the mean and variance that were learnt. */
export const evaluateBatchNormalization: Evaluate = (call) => {
  if (intAttribute(call.node, "training_mode", 0) !== 0 || call.node.outputs.slice(1).some((name) => name !== ""))
    unsupported(call, "training");
  const x = numericInput(call, 0);
  if (!isFloat(x.dtype)) malformed(call, `its input is ${x.dtype}`);
  const channels = x.shape[1] ?? 1;
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((position) => numericInput(call, position).data);
  if ([scale, shift, mean, variance].some((values) => values?.length !== channels)) misfit(call, "it has not one value per channel");
  const small = floatAttribute(call.node, "epsilon", epsilon);
  const area = countOf(x.shape, 2);
  return [
    resultOf(call, x.dtype, x.shape, (index) => {
      const channel = Math.floor(index / area) % channels;
      const centred = (x.data[index] as number) - (mean?.[channel] ?? 0);
      return (centred / Math.sqrt((variance?.[channel] ?? 0) + small)) * (scale?.[channel] ?? 0) + (shift?.[channel] ?? 0);
    }),
  ];
};

/** The dimensions from an axis on, with their own mean and variance; these are the second and third output. */
export const evaluateLayerNormalization: Evaluate = (call) => {
  const x = numericInput(call, 0);
  if (!isFloat(x.dtype)) malformed(call, `its input is ${x.dtype}`);
  const axis = axisOf(call, intAttribute(call.node, "axis", -1), x.shape.length);
  const small = floatAttribute(call.node, "epsilon", epsilon);
  const width = countOf(x.shape, axis);
  const rows = Array.from({ length: countOf(x.shape, 0, axis) }, (_, row) => {
    const values = Array.from(x.data.subarray(row * width, (row + 1) * width));
    const mean = values.reduce((sum, value) => sum + value, 0) / width;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    return { mean, inverse: 1 / Math.sqrt(variance + small) };
  });
  const broadcast = (position: number): ((index: number) => number) => {
    if (position > 1 && call.inputs[position] === undefined) return () => 0;
    requiredInput(call, position);
    const { shape, data } = numericInput(call, position);
    const joined = broadcastShape(shape, x.shape);
    if (joined === undefined || countOf(joined) !== countOf(x.shape)) misfit(call, `its input ${position} does not broadcast to the first`);
    const positions = broadcastPositions(shape, x.shape);
    return (index) => data[positions[index] ?? 0] ?? 0;
  };
  const scale = broadcast(1);
  const shift = broadcast(2);
  const statistics = [...x.shape.slice(0, axis), ...x.shape.slice(axis).map(() => 1)];
  return [
    resultOf(call, x.dtype, x.shape, (index) => {
      const { mean, inverse } = rows[Math.floor(index / width)] as { mean: number; inverse: number };
      return ((x.data[index] as number) - mean) * inverse * scale(index) + shift(index);
    }),
    resultOf(call, "float32", statistics, (row) => rows[row]?.mean ?? 0),
    resultOf(call, "float32", statistics, (row) => rows[row]?.inverse ?? 0),
  ];
};
