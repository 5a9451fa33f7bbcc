import { floatAttribute, floatsAttribute, intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";

/** Puts a column's own value where the value is the one that stands for missing, NaN or a number. */
export const evaluateImputer: Evaluate = (call) => {
  const { input, columns } = tableInput(call);
  const { node } = call;
  const { dtype, shape, data } = input;
  const imputed = isFloat(dtype) ? floatsAttribute(node, "imputed_value_floats") : intsAttribute(node, "imputed_value_int64s");
  const missing = isFloat(dtype) ? floatAttribute(node, "replaced_value_float", 0) : intAttribute(node, "replaced_value_int64", 0);
  if (imputed === undefined || imputed.length === 0) return malformed(call, `it has no values to impute into ${dtype}`);
  // As in ONNX Runtime: one value per column, else the first one everywhere.
  const valueFor = (index: number): number => imputed[imputed.length === columns ? index % columns : 0] ?? 0;
  const isMissing = (value: number): boolean => value === missing || (Number.isNaN(value) && Number.isNaN(missing));
  const element = (index: number): number => {
    const value = data[index] ?? 0;
    return isMissing(value) ? valueFor(index) : value;
  };
  return [resultOf(call, dtype, shape, element)];
};
