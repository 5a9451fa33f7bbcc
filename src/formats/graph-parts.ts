import type { Attribute, Node } from "../graph/graph.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";

/** Collects the nodes and constants of a graph that a format makes up itself. */
export class GraphParts {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();

  /** A node with one output, whose name it returns. The node is called as its output is. */
  node(operator: string, inputs: readonly string[], output: string, attributes: ReadonlyMap<string, Attribute> = new Map()): string {
    const at = operator.lastIndexOf(".");
    const [domain, name] = at < 0 ? ["", operator] : [operator.slice(0, at), operator.slice(at + 1)];
    this.nodes.push({ name: output, domain, operator: name, inputs, outputs: [output], attributes });
    return output;
  }

  constant(name: string, value: Tensor): string {
    this.constants.set(name, value);
    return name;
  }

  /** A constant row `[1, columns]`, which is repeated for every row. */
  row(name: string, dtype: "float32" | "float64", values: readonly number[]): string {
    const shape = [1, values.length];
    return this.constant(
      name,
      dtype === "float32" ? tensor(dtype, shape, Float32Array.from(values)) : tensor(dtype, shape, Float64Array.from(values)),
    );
  }
}

export function intAttributes(values: Readonly<Record<string, number>>): ReadonlyMap<string, Attribute> {
  return new Map(Object.entries(values).map(([name, value]) => [name, { kind: "int", value }]));
}
