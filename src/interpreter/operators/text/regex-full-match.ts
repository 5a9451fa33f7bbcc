import { stringAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { perNode } from "../../per-node.ts";
import { resultOf } from "../../result.ts";
import { patternOf } from "./pattern-of.ts";
import { stringInput } from "./strings.ts";

const pattern = perNode((call) => patternOf(call, stringAttribute(call.node, "pattern") ?? malformed(call, "it has no pattern")));

/** Whether the pattern matches the whole text. */
export const evaluateRegexFullMatch: Evaluate = (call) => {
  const { shape, data } = stringInput(call);
  return [resultOf(call, "bool", shape, (index) => (pattern(call).covers(data[index] ?? "") ? 1 : 0))];
};
