import { bodyAttribute } from "../../graph/attributes.ts";
import { malformed } from "../evaluate.ts";
import { type EvaluateControl, scalarOf } from "./control.ts";

/** One of two bodies, by a condition of one element. */
export const evaluateIf: EvaluateControl = (call) => {
  const condition = scalarOf(call, call.inputs[0], "its condition") ?? malformed(call, "its condition is absent");
  const name = condition === 0 ? "else_branch" : "then_branch";
  return call.run(bodyAttribute(call.node, name) ?? malformed(call, `it has no ${name}`), []);
};
