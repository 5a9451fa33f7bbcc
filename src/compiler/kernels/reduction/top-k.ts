import { intAttribute } from "../../../graph/attributes.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { groupsAlong } from "./groups.ts";

/** The k best of the last axis, best first, and their positions: each element is put among the best so far. */
export const lowerTopK: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
  const axis = intAttribute(node, "axis", -1);
  const { outer, size, inner } = groupsAlong(node, input, [axis]);
  if (inner !== 1 || outer !== 1) unsupported(node, "it looks along another axis than a row's only one");
  const k = countOf(node);
  if (!(Number.isInteger(k) && k >= 1 && k <= size)) unsupported(node, `k is ${k} of ${size}`);
  const shape = input.shape.map((dimension, at) => (at === (axis < 0 ? axis + input.shape.length : axis) ? k : dimension));
  const values = lowering.allocate(input.dtype, shape);
  const positions = lowering.allocate("int64", shape);
  const isBetter = intAttribute(node, "largest", 1) !== 0 ? "f64.gt" : "f64.lt";
  return {
    outputs: [values, positions],
    emit: (emitter) => {
      const { fn } = emitter;
      const element = fn.local("i32");
      const value = fn.local("f64");
      const place = fn.local("i32");
      const before = fn.local("i32");
      emitter.eachRow([input, values, positions], () =>
        fn.count(element, 0, size, 1, () => {
          emitter.loadF64(input, element);
          fn.set(value);
          // Where it would stand: behind all while these are fewer than k, else in the last one's place if it is better.
          fn.get(element)
            .const("i32", k - 1)
            .get(element)
            .const("i32", k - 1)
            .op("i32.lt_s", "select")
            .set(place);
          fn.get(element).const("i32", k).op("i32.lt_s").get(value);
          emitter.loadF64(values, k - 1);
          fn.op(isBetter, "i32.or");
          fn.if(() => {
            fn.block(() =>
              fn.loop(() => {
                fn.get(place).op("i32.eqz").brIf(1);
                fn.get(place).const("i32", 1).op("i32.sub").set(before);
                fn.get(value);
                emitter.loadF64(values, before);
                fn.op(isBetter, "i32.eqz").brIf(1);
                emitter.store(values, place, () => emitter.load(values, before));
                emitter.store(positions, place, () => emitter.load(positions, before));
                fn.get(before).set(place).br(0);
              }),
            );
            emitter.storeF64(values, place, () => fn.get(value));
            emitter.store(positions, place, () => fn.get(element).op("f64.convert_i32_s"));
          });
        }),
      );
    },
  };
};

/** k is an input since opset 10. */
function countOf(node: LoweringNode): number {
  if (node.values[1] === undefined) return intAttribute(node, "k", -1);
  const { dtype, data } = constantInput(node, 1);
  return dtype === "string" ? unsupported(node, "k is a string") : (data[0] ?? -1);
}
