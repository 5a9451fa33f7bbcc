import { intAttribute } from "../../../graph/attributes.ts";
import { constantInput, type Lower, type LoweringNode, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";
import { lowerDense, matrixOf, paddedColumns } from "../dense.ts";
import { imageInput, windowsOver } from "./windows.ts";

/** Each group is code of its own. */
const maxGroups = 32;

/** A window's elements are gathered into a row, which the filters of its group multiply as a dense layer would. */
export const lowerConv: Lower = (node, lowering) => {
  const image = imageInput(node);
  const { input, channels, area } = image;
  const { shape, data, dtype } = constantInput(node, 1);
  const [filters = 0, depth = 0, ...size] = shape;
  const groups = intAttribute(node, "group", 1);
  if (dtype !== input.dtype || size.length !== image.spatial.length || filters < 1 || depth * groups !== channels || filters % groups !== 0)
    unsupported(node, "its weights are not for its input");
  if (groups > maxGroups) unsupported(node, `it has ${groups} groups, more than ${maxGroups}`);
  const { window, count, places, table } = windowsOver(node, image, size);
  const bias = biasOf(node, filters);
  const tableAddress = lowering.memory.constant(table);
  const biasAddress = bias === undefined ? undefined : lowering.memory.constant(bias);
  const width = depth * places;
  const each = filters / groups;
  const patch = lowering.allocate(input.dtype, ["rows", width]);
  const sums = lowering.allocate("float64", ["rows", paddedColumns(each)]);
  const output = lowering.allocate(input.dtype, ["rows", filters, ...window.counts]);
  const multiplies = Array.from({ length: groups }, (_, group) => {
    const weights = Float64Array.from({ length: width * each }, (__, index) => {
      const filter = group * each + (index % each);
      return data[filter * width + Math.floor(index / each)] as number;
    });
    return lowerDense(patch, matrixOf(width, each, weights), sums, lowering);
  });
  lowering.products += width * filters * count;
  const { type } = storages[input.dtype];
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const position = fn.local("i32");
      const windowEntry = fn.local("i32");
      const entry = fn.local("i32");
      const channel = fn.local("i32");
      const place = fn.local("i32");
      const target = fn.local("i32");
      const at = fn.local("i32");
      const filter = fn.local("i32");
      const gather = (group: number): void => {
        fn.const("i32", 0).set(target);
        fn.count(channel, group * depth * area, (group + 1) * depth * area, area, () => {
          fn.get(windowEntry).set(entry);
          fn.count(place, 0, places, 1, () => {
            emitter.store(patch, target, () => {
              fn.get(entry).memory("i32.load", tableAddress).tee(at).const("i32", 0).op("i32.ge_s");
              fn.if(
                () => {
                  fn.get(at).get(channel).op("i32.add").set(at);
                  emitter.load(input, at);
                },
                () => fn.const(type as "f32" | "f64", 0),
                type,
              );
            });
            fn.get(entry).const("i32", 4).op("i32.add").set(entry);
            fn.get(target).const("i32", 1).op("i32.add").set(target);
          });
        });
      };
      const spread = (group: number): void => {
        fn.get(position)
          .const("i32", group * each * count)
          .op("i32.add")
          .set(at);
        fn.count(filter, 0, each, 1, () => {
          emitter.storeF64(output, at, () => {
            emitter.load(sums, filter);
            if (biasAddress === undefined) return;
            emitter.loadConstant("float64", biasAddress + group * each * 8, filter);
            fn.op("f64.add");
          });
          fn.get(at).const("i32", count).op("i32.add").set(at);
        });
      };
      emitter.eachRow([input, patch, sums, output], () =>
        multiplies.forEach((multiply, group) => {
          fn.const("i32", 0).set(windowEntry);
          fn.count(position, 0, count, 1, () => {
            gather(group);
            multiply(emitter);
            spread(group);
            fn.get(windowEntry)
              .const("i32", places * 4)
              .op("i32.add")
              .set(windowEntry);
          });
        }),
      );
    },
  };
};

function biasOf(node: LoweringNode, filters: number): Float64Array | undefined {
  if (node.values[2] === undefined) return undefined;
  const { dtype, data } = constantInput(node, 2);
  if (dtype === "string" || data.length !== filters) unsupported(node, "its bias has not one value per filter");
  return Float64Array.from(data);
}
