import { intAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, unsupported } from "../../lowering.ts";
import type { StoredDType } from "../../values.ts";
import { lowerElements } from "./elements.ts";
import { commonDType, lowerOperands } from "./operands.ts";

type Operation = "add" | "sub" | "mul" | "div" | "max" | "min";

/** Joins operands of one number type from the left; with `finish` in float64, else each result is rounded to that type. */
function lowerArithmetic(operation: Operation, finish?: (emitter: Emitter, count: number) => void): Lower {
  return (node, lowering) => {
    const given = lowerOperands(node, lowering);
    const common = commonDType(node, given.operands);
    // Both wrap around.
    if (common === "int32" && (operation === "add" || operation === "sub" || operation === "mul") && finish === undefined)
      return lowerElements(given, common, lowering, ({ fn }, load) => {
        given.operands.forEach((_, index) => {
          load(index);
          if (index > 0) fn.op(`i32.${operation}`);
        });
      });
    const dtype = numberType(node, common);
    // A sum of several is taken in float64 and rounded once.
    const wide = finish !== undefined || dtype !== "float32";
    const f = wide ? "f64" : "f32";
    const join = ({ fn }: Emitter, load: (operand: number) => void): void =>
      given.operands.forEach((_, index) => {
        load(index);
        if (index > 0) fn.op(`f32x4.${operation}`);
      });
    const element = (emitter: Emitter, load: (operand: number) => void): void => {
      const { fn } = emitter;
      given.operands.forEach((_, index) => {
        load(index);
        if (wide) emitter.convert(dtype, "float64");
        if (index > 0) fn.op(`${f}.${operation}`);
      });
      finish?.(emitter, given.operands.length);
      if (wide) emitter.convert("float64", dtype);
      // An integer quotient is cut towards zero.
      if (operation === "div" && dtype === "int64") fn.op("f64.trunc");
    };
    return lowerElements(given, dtype, lowering, element, wide ? undefined : join);
  };
}

function numberType(node: Parameters<Lower>[0], dtype: StoredDType): "float32" | "float64" | "int64" {
  if (dtype === "int32" || dtype === "bool" || dtype === "string") unsupported(node, `its operands are ${dtype}`);
  return dtype;
}

export const lowerAdd = lowerArithmetic("add");
export const lowerSub = lowerArithmetic("sub");
export const lowerMul = lowerArithmetic("mul");
export const lowerDiv = lowerArithmetic("div");
/** WebAssembly's max and min give NaN where any operand is NaN, as ONNX Runtime does. */
export const lowerMax = lowerArithmetic("max");
export const lowerMin = lowerArithmetic("min");
export const lowerSum = lowerArithmetic("add", () => {});
export const lowerMean = lowerArithmetic("add", ({ fn }, count) => fn.const("f64", count).op("f64.div"));

/** In float64, of which the result is rounded; the exponent may be of another type than the base. */
export const lowerPow: Lower = (node, lowering) => {
  const given = lowerOperands(node, lowering);
  const [base, exponent] = given.operands;
  if (base === undefined || exponent === undefined) return unsupported(node, "it takes two operands");
  const dtype = numberType(node, base.dtype);
  if (exponent.dtype === "bool" || exponent.dtype === "string") unsupported(node, `its exponent is ${exponent.dtype}`);
  const pow = lowering.math.host("pow");
  return lowerElements(given, dtype, lowering, (emitter, load) => {
    load(0);
    emitter.convert(dtype, "float64");
    load(1);
    emitter.convert(exponent.dtype, "float64");
    emitter.fn.call(pow);
    emitter.convert("float64", dtype);
    if (dtype === "int64") emitter.fn.op("f64.trunc");
  });
};

/** C's remainder has the dividend's sign (`fmod` = 1), Python's the divisor's. */
export const lowerMod: Lower = (node, lowering) => {
  const given = lowerOperands(node, lowering);
  const dtype = numberType(node, commonDType(node, given.operands));
  const isC = intAttribute(node, "fmod", 0) !== 0;
  if (isFloat(dtype) && !isC) unsupported(node, "floats need fmod = 1");
  const remainder = lowering.math.host("remainder");
  return lowerElements(given, dtype, lowering, (emitter, load) => {
    const { fn } = emitter;
    const rest = fn.local("f64");
    load(0);
    emitter.convert(dtype, "float64");
    load(1);
    emitter.convert(dtype, "float64");
    fn.call(remainder);
    if (!isC) {
      const divisor = fn.local("f64");
      fn.set(rest);
      load(1);
      emitter.convert(dtype, "float64");
      fn.set(divisor).get(rest).get(divisor).op("f64.add").get(rest);
      // The divisor is added where the signs differ and the remainder is not 0.
      fn.get(rest).get(divisor).op("f64.mul").const("f64", 0).op("f64.lt", "select");
    }
    emitter.convert("float64", dtype);
  });
};
