import { SetosaError } from "../../errors.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { readNested } from "./nested-tensor.ts";

/**
 * The graph's inputs, in their order, from nested lists of JSON by name; one input alone may come without its name.
 * @throws SetosaError TENSOR_INVALID
 */
export function nestedInputs({ inputs }: Graph, given: unknown, path: string): readonly Tensor[] {
  return inputs.map((info) => {
    if (Array.isArray(given) && inputs.length === 1) return readNested(given, info, path);
    if (typeof given === "object" && given !== null && !Array.isArray(given)) {
      const stranger = Object.keys(given).find((key) => !inputs.some((input) => input.name === key));
      if (stranger === undefined && Object.hasOwn(given, info.name))
        return readNested((given as Record<string, unknown>)[info.name], info, `${path}[${JSON.stringify(info.name)}]`);
    }
    const names = inputs.map((input) => JSON.stringify(input.name)).join(", ");
    throw new SetosaError("TENSOR_INVALID", `The model takes the inputs ${names}, each as nested lists.`, {
      path,
      hint: `Send {"inputs": {${names}: [[ … ]]}}.`,
    });
  });
}
