import { intAttribute } from "../../../graph/attributes.ts";
import { constantInput, type Lower, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, storages } from "../../values.ts";

/** Each index as a list of `off` with one `on`, along a new last axis. */
export const lowerOneHot: Lower = (node, lowering) => {
  const indices = rowsInput(node, 0);
  const depth = Math.trunc(Number(constantInput(node, 1).data[0]));
  const { dtype, data } = constantInput(node, 2);
  if (!isStored(dtype) || dtype === "string") unsupported(node, `its values are ${dtype}`);
  const axis = intAttribute(node, "axis", -1);
  if (axis !== -1 && axis !== indices.shape.length) unsupported(node, "its new axis is not the last");
  if (!(depth >= 1 && depth <= 1_000_000) || data.length !== 2) unsupported(node, `its depth is ${depth}`);
  const [off, on] = Array.from(data as ArrayLike<number>) as [number, number];
  const output = lowering.allocate(dtype, [...indices.shape, depth]);
  const { type } = storages[dtype];
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const wanted = fn.local("i32");
      const place = fn.local("i32");
      const to = fn.local("i32");
      emitter.eachRow([indices, output], () => {
        fn.const("i32", 0).set(to);
        emitter.elements(indices.width, (element) => {
          emitter.loadF64(indices, element);
          fn.op("i32.trunc_sat_f64_s").set(wanted);
          fn.get(wanted).const("i32", depth).op("i32.add").get(wanted).get(wanted).const("i32", 0).op("i32.lt_s", "select").set(wanted);
          fn.count(place, 0, depth, 1, () => {
            emitter.store(output, to, () => fn.const(type, on).const(type, off).get(place).get(wanted).op("i32.eq", "select"));
            fn.get(to).const("i32", 1).op("i32.add").set(to);
          });
        });
      });
    },
  };
};
