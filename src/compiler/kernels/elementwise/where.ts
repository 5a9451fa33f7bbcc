import { type Lower, unsupported } from "../../lowering.ts";
import { lowerElements } from "./elements.ts";
import { commonDType, lowerOperands } from "./operands.ts";

/** The element of the second input where the condition holds, else that of the third. */
export const lowerWhere: Lower = (node, lowering) => {
  const given = lowerOperands(node, lowering);
  const [condition, ...choices] = given.operands;
  if (condition?.dtype !== "bool" || choices.length !== 2) unsupported(node, "it does not take a condition and two choices");
  return lowerElements(given, commonDType(node, choices), lowering, (emitter, load) => {
    load(1);
    load(2);
    load(0);
    emitter.fn.op("select");
  });
};
