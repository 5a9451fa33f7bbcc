import { floatAttribute, floatsAttribute, intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { type Lower, tableInput, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";

/** Puts a column's own value where a value is missing: NaN, or the one that stands for missing. */
export const lowerImputer: Lower = (node, lowering) => {
  const input = tableInput(node);
  const integers = input.dtype === "int64" || input.dtype === "int32";
  const imputed = integers ? intsAttribute(node, "imputed_value_int64s") : floatsAttribute(node, "imputed_value_floats");
  if (imputed === undefined || (imputed.length !== input.width && imputed.length !== 1))
    unsupported(node, `${imputed?.length ?? 0} imputed values for ${input.width} columns`);
  const missing = integers ? intAttribute(node, "replaced_value_int64", 0) : floatAttribute(node, "replaced_value_float", 0);
  const table = Float64Array.from({ length: input.width }, (_, column) => imputed[imputed.length === 1 ? 0 : column] as number);
  const address = lowering.memory.constant(table);
  const output = lowering.allocate(input.dtype, input.shape);
  const { type } = storages[input.dtype];
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const value = fn.local(type);
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (column) => {
          emitter.load(input, column);
          fn.set(value);
          emitter.store(output, column, () => {
            emitter.loadConstant("float64", address, column);
            emitter.convert("float64", input.dtype);
            fn.get(value).get(value);
            if (Number.isNaN(missing)) fn.get(value).op(`${type as "f32" | "f64"}.ne`);
            else fn.const(type, missing).op(`${type}.eq`);
            fn.op("select");
          });
        }),
      );
    },
  };
};
