import { floatsAttribute, intsAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { type Evaluate, malformed, unsupported } from "../../evaluate.ts";

/** The value of whichever attribute the node has. */
export const evaluateConstant: Evaluate = (call) => {
  const [entry, ...more] = call.node.attributes;
  if (entry === undefined || more.length > 0) malformed(call, `it has ${call.node.attributes.size} values`);
  const [name, attribute] = entry;
  switch (attribute.kind) {
    case "tensor":
      return [attribute.value];
    case "int":
      return [tensor("int64", [], Float64Array.of(attribute.value))];
    case "float":
      return [tensor("float32", [], Float32Array.of(attribute.value))];
    case "string":
      return [tensor("string", [], [attribute.value])];
    case "ints":
      return [tensor("int64", [attribute.value.length], intsAttribute(call.node, name) ?? new Float64Array())];
    case "floats":
      return [tensor("float32", [attribute.value.length], floatsAttribute(call.node, name) ?? new Float32Array())];
    case "strings":
      return [tensor("string", [attribute.value.length], [...(stringsAttribute(call.node, name) ?? [])])];
    case "graph":
      return malformed(call, "its value is a subgraph");
    case "opaque":
      return unsupported(call, `its value is ${attribute.what}`);
  }
};
