import { type Lower, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";
import type { Instruction } from "../../wasm/opcodes.ts";
import { lowerElements } from "./elements.ts";
import { commonDType, lowerOperands } from "./operands.ts";

/** Compares two operands of one type; every comparison with NaN is false. */
function lowerComparison(comparison: "eq" | "gt" | "ge" | "lt" | "le"): Lower {
  return (node, lowering) => {
    const given = lowerOperands(node, lowering);
    const dtype = commonDType(node, given.operands);
    if (comparison !== "eq" && (dtype === "string" || dtype === "bool")) unsupported(node, `it orders ${dtype} operands`);
    // Two strings that the kernel does not know may differ.
    if (dtype === "string" && given.rows.filter(({ open }) => open).length > 1) unsupported(node, "it compares strings of the input");
    const { type } = storages[dtype];
    const instruction: Instruction =
      type === "i32" ? (comparison === "eq" ? "i32.eq" : `i32.${comparison}_s`) : (`${type}.${comparison}` as const);
    return lowerElements(given, "bool", lowering, (emitter, load) => {
      load(0);
      load(1);
      emitter.fn.op(instruction);
    });
  };
}

export const lowerEqual = lowerComparison("eq");
export const lowerGreater = lowerComparison("gt");
export const lowerGreaterOrEqual = lowerComparison("ge");
export const lowerLess = lowerComparison("lt");
export const lowerLessOrEqual = lowerComparison("le");

/** Two booleans, which are stored as 0 and 1, to one. */
function lowerLogical(instruction: "i32.and" | "i32.or" | "i32.xor"): Lower {
  return (node, lowering) => {
    const given = lowerOperands(node, lowering);
    const dtype = commonDType(node, given.operands);
    if (dtype !== "bool") unsupported(node, `its operands are ${dtype}`);
    return lowerElements(given, "bool", lowering, (emitter, load) => {
      load(0);
      load(1);
      emitter.fn.op(instruction);
    });
  };
}

export const lowerAnd = lowerLogical("i32.and");
export const lowerOr = lowerLogical("i32.or");
export const lowerXor = lowerLogical("i32.xor");
