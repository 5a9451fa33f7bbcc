import { intAttribute, intsAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { type Lower, rowsInput, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";

/**
 * `[rows, columns]` → float32 `[rows, columns, categories]`, 1 where the column is the category. An
 * unknown category gives zeros, or with zeros = 0 stops the kernel.
 */
export const lowerOneHotEncoder: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const strings = stringsAttribute(node, "cats_strings") ?? [];
  const integers = intsAttribute(node, "cats_int64s") ?? new Float64Array();
  const listed = input.dtype === "string" ? Float64Array.from(strings, (text) => lowering.vocabulary.add(text)) : integers;
  // Of a category that is listed twice the last place counts; NaN is no value's category.
  const categories = listed.map((category, place) => (listed.lastIndexOf(category) === place ? category : Number.NaN));
  if (categories.length === 0) unsupported(node, `it has no categories for an input that is ${input.dtype}`);
  const table = lowering.memory.constant(categories);
  const ignoresUnknown = intAttribute(node, "zeros", 1) !== 0;
  const output = lowering.allocate("float32", [...input.shape, categories.length]);
  const { type } = storages[input.dtype];
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const wanted = fn.local("f64");
      const category = fn.local("i32");
      const place = fn.local("i32");
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (column) => {
          emitter.loadF64(input, column);
          // ONNX Runtime reads a float as an integer first.
          if (type !== "i32" && input.dtype !== "int64") fn.op("f64.trunc");
          fn.set(wanted);
          emitter.position(column);
          fn.const("i32", categories.length).op("i32.mul").set(place);
          const found = fn.local("i32");
          fn.const("i32", 0).set(found);
          fn.count(category, 0, categories.length, 1, () => {
            const isIt = fn.local("i32");
            emitter.loadConstant("float64", table, category);
            fn.get(wanted).op("f64.eq").set(isIt);
            fn.get(found).get(isIt).op("i32.or").set(found);
            emitter.store(output, place, () => fn.get(isIt).op("f64.convert_i32_s", "f32.demote_f64"));
            fn.get(place).const("i32", 1).op("i32.add").set(place);
          });
          if (!ignoresUnknown)
            fn.get(found)
              .op("i32.eqz")
              .if(() => fn.const("i32", 1).op("return"));
        }),
      );
    },
  };
};
