import { bodyAttribute } from "../../graph/attributes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { malformed, unsupported } from "../evaluate.ts";
import { type EvaluateControl, scalarOf, tensorOf } from "./control.ts";
import { stacked } from "./stack.ts";

/** A guard: the interpreter is not there for long loops. */
const maxIterations = 100_000;

/** A body that runs up to a number of times, while its condition holds; what it makes besides its state is collected. */
export const evaluateLoop: EvaluateControl = (call) => {
  const body = bodyAttribute(call.node, "body") ?? malformed(call, "it has no body");
  const states = body.inputs.length - 2;
  if (states < 0 || body.outputs.length < 1 + states) malformed(call, "its body does not take and make what a loop's does");
  const limit = scalarOf(call, call.inputs[0], "its number of iterations") ?? Number.POSITIVE_INFINITY;
  let goesOn = (scalarOf(call, call.inputs[1], "its condition") ?? 1) !== 0;
  let state = call.inputs.slice(2, 2 + states);
  const collected = body.outputs.slice(1 + states).map((): Tensor[] => []);
  for (let iteration = 0; iteration < limit && goesOn; iteration++) {
    if (iteration === maxIterations) unsupported(call, `more than ${maxIterations} iterations`);
    const counter = tensor("int64", [], Float64Array.of(iteration));
    const outputs = call.run(body, [counter, tensor("bool", [], Uint8Array.of(1)), ...state]);
    goesOn = scalarOf(call, outputs[0], "its condition") !== 0;
    state = outputs.slice(1, 1 + states);
    collected.forEach((list, index) => {
      list.push(tensorOf(call, outputs[1 + states + index], "what its body collects"));
    });
  }
  const final = state.map((value) => value ?? malformed(call, "a state is absent"));
  return [...final, ...collected.map((list) => stacked(call, list, 0))];
};
