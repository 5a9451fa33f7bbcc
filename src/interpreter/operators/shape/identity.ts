import { type Evaluate, requiredInput } from "../../evaluate.ts";

export const evaluateIdentity: Evaluate = (call) => [requiredInput(call, 0)];
