import { floatAttribute, intAttribute } from "../../../graph/attributes.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { emitGroups, groupsAlong } from "../reduction/groups.ts";

const epsilon = Math.fround(1e-5);

/** Each channel with the mean and variance that were learnt: (x - mean) · factor + shift. */
export const lowerBatchNormalization: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const [rows, channels] = input.shape;
  if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
  if (rows !== "rows" || typeof channels !== "number") unsupported(node, "its input has no channels");
  if (intAttribute(node, "training_mode", 0) !== 0 || node.outputs.slice(1).some((name) => name !== "")) unsupported(node, "it trains");
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((position) => perElement(node, position, channels)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const small = floatAttribute(node, "epsilon", epsilon);
  const factors = scale.map((value, channel) => value / Math.sqrt((variance[channel] as number) + small));
  const [means, factorTable, shifts] = [mean, factors, shift].map((values) => lowering.memory.constant(values)) as [number, number, number];
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, { outer: channels, size: input.width / channels, inner: 1 }, (channel, each) =>
          each((element) =>
            emitter.storeF64(output, element, () => {
              emitter.loadF64(input, element);
              emitter.loadConstant("float64", means, channel);
              emitter.fn.op("f64.sub");
              emitter.loadConstant("float64", factorTable, channel);
              emitter.fn.op("f64.mul");
              emitter.loadConstant("float64", shifts, channel);
              emitter.fn.op("f64.add");
            }),
          ),
        ),
      ),
  };
};

/** The dimensions from an axis on, with their own mean and variance. */
export const lowerLayerNormalization: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
  if (node.outputs.slice(1).some((name) => name !== "")) unsupported(node, "it gives means or deviations");
  const given = intAttribute(node, "axis", -1);
  const rank = input.shape.length;
  const first = given < 0 ? given + rank : given;
  const groups = groupsAlong(
    node,
    input,
    Array.from({ length: Math.max(rank - first, 0) }, (_, offset) => first + offset),
  );
  const { size } = groups;
  const scale = lowering.memory.constant(perElement(node, 1, size));
  const shift = node.values[2] === undefined ? undefined : lowering.memory.constant(perElement(node, 2, size));
  const small = floatAttribute(node, "epsilon", epsilon);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const mean = fn.local("f64");
      const inverse = fn.local("f64");
      const centred = fn.local("f64");
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          fn.const("f64", 0).set(mean);
          each((element) => {
            emitter.loadF64(input, element);
            fn.get(mean).op("f64.add").set(mean);
          });
          fn.get(mean).const("f64", size).op("f64.div").set(mean).const("f64", 0).set(inverse);
          each((element) => {
            emitter.loadF64(input, element);
            fn.get(mean).op("f64.sub").tee(centred).get(centred).op("f64.mul").get(inverse).op("f64.add").set(inverse);
          });
          fn.const("f64", 1).get(inverse).const("f64", size).op("f64.div").const("f64", small);
          fn.op("f64.add", "f64.sqrt", "f64.div").set(inverse);
          each((element, place) =>
            emitter.storeF64(output, element, () => {
              emitter.loadF64(input, element);
              fn.get(mean).op("f64.sub").get(inverse).op("f64.mul");
              emitter.loadConstant("float64", scale, place);
              fn.op("f64.mul");
              if (shift === undefined) return;
              emitter.loadConstant("float64", shift, place);
              fn.op("f64.add");
            }),
          );
        }),
      );
    },
  };
};

function perElement(node: LoweringNode, position: number, count: number): Float64Array {
  const { dtype, data } = constantInput(node, position);
  if (dtype === "string" || data.length !== count) unsupported(node, `its input ${position} has not ${count} values`);
  return Float64Array.from(data);
}
