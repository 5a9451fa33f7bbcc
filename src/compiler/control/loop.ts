import { bodyAttribute } from "../../graph/attributes.ts";
import { tensor } from "../../tensor/tensor.ts";
import { unsupported } from "../lowering.ts";
import type { Value } from "../values.ts";
import { constant, knownNumber, type LowerControl, stack, tensorValue, wholeNumber } from "./control.ts";

/** Writes the body out as often as it runs, which has to be the same for every row. */
export const lowerLoop: LowerControl = (call) => {
  const { node, inputs } = call;
  const body = bodyAttribute(node, "body") ?? unsupported(node, "it has no body");
  const states = body.inputs.length - 2;
  if (states < 0 || body.outputs.length < 1 + states) unsupported(node, "its body does not take and make what a loop's does");
  const what = "the number of iterations";
  const limit = knownNumber(call, inputs[0], what) ?? Number.POSITIVE_INFINITY;
  let goesOn = (knownNumber(call, inputs[1], what) ?? 1) !== 0;
  let state = inputs.slice(2, 2 + states);
  const collected = body.outputs.slice(1 + states).map((): Value[] => []);
  for (let iteration = 0; iteration < limit && goesOn; iteration++) {
    const outputs = call.run(body, [wholeNumber(iteration), constant(tensor("bool", [], Uint8Array.of(1))), ...state]);
    // Of the last one it does not matter.
    goesOn = iteration + 1 < limit && knownNumber(call, outputs[0], what) !== 0;
    state = outputs.slice(1, 1 + states);
    collected.forEach((list, index) => {
      list.push(tensorValue(call, outputs[1 + states + index], "what its body collects"));
    });
  }
  const final = state.map((value) => value ?? unsupported(node, "a state is absent"));
  return [...final, ...collected.map((list, index) => collect(call, list, states + index))];
};

/** Nothing, where nobody reads it. */
function collect(call: Parameters<LowerControl>[0], list: readonly Value[], output: number): ReturnType<LowerControl>[number] {
  return (call.node.outputs[output] ?? "") === "" ? { kind: "list", items: [] } : stack(call, list, 0);
}
