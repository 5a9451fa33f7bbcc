import { SetosaError } from "../errors.ts";
import { type Graph, isOpaque, operatorName } from "../graph/graph.ts";
import { isOperator } from "../graph/operators.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { unsupported } from "./evaluate.ts";
import { evaluators } from "./registry.ts";

/**
 * Evaluates a graph node by node, as plainly as the standard is written. Slow; what the compiler is
 * tested against.
 * @param inputs In the order of the graph's inputs
 * @returns In the order of the graph's outputs
 * @throws SetosaError OPERATOR_UNSUPPORTED, TENSOR_INVALID
 */
export function interpret(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = new Map<string, Tensor>();
  graph.inputs.forEach(({ name, dtype }, position) => {
    const input = inputs[position];
    if (input === undefined || input.dtype !== dtype)
      throw new SetosaError("TENSOR_INVALID", `The input "${name}" should be ${dtype} and is ${input?.dtype ?? "absent"}.`, { path: name });
    values.set(name, input);
  });
  for (const [name, constant] of graph.constants) if (!isOpaque(constant)) values.set(name, constant);

  for (const node of graph.nodes) {
    const name = operatorName(node);
    if (!isOperator(name)) unsupported(node, "it is not one of its operators");
    const read = node.inputs.map((input) =>
      input === "" ? undefined : (values.get(input) ?? unsupported(node, `its input "${input}" is opaque`)),
    );
    const results = evaluators[name](node, read);
    node.outputs.forEach((output, position) => {
      const result = results[position];
      if (output !== "" && result !== undefined) values.set(output, result);
    });
  }
  return graph.outputs.map(({ name }) => {
    const value = values.get(name);
    if (value === undefined)
      throw new SetosaError("OPERATOR_UNSUPPORTED", `The interpreter does not make the output "${name}".`, { path: name });
    return value;
  });
}
