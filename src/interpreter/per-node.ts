import type { Node } from "../graph/graph.ts";
import type { Call } from "./evaluate.ts";

/** What depends on a node's attributes alone, made at its first evaluation and kept. */
export function perNode<T extends object>(make: (call: Call) => T): (call: Call) => T {
  const made = new WeakMap<Node, T>();
  return (call) => {
    const known = made.get(call.node);
    if (known !== undefined) return known;
    const fresh = make(call);
    made.set(call.node, fresh);
    return fresh;
  };
}
