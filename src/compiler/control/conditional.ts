import { bodyAttribute } from "../../graph/attributes.ts";
import { unsupported } from "../lowering.ts";
import { knownNumber, type LowerControl } from "./control.ts";

/** The body that a known condition chooses. */
export const lowerIf: LowerControl = (call) => {
  const condition = knownNumber(call, call.inputs[0], "the condition");
  const name = condition === 0 ? "else_branch" : "then_branch";
  return call.run(bodyAttribute(call.node, name) ?? unsupported(call.node, `it has no ${name}`), []);
};
