import { intsAttribute, stringsAttribute } from "../graph/attributes.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { type Call, malformed } from "./evaluate.ts";

/** A classifier's labels, in the order of its classes. */
export type ClassLabels =
  | { readonly dtype: "string"; readonly names: readonly string[] }
  | { readonly dtype: "int64"; readonly names: readonly number[] };

/** Reads `classlabels_strings` or the integers, whose attribute's name differs between operators. */
export function classLabels(call: Call, integers: "classlabels_ints" | "classlabels_int64s"): ClassLabels {
  const strings = stringsAttribute(call.node, "classlabels_strings") ?? [];
  if (strings.length > 0) return { dtype: "string", names: strings };
  const names = Array.from(intsAttribute(call.node, integers) ?? []);
  return names.length === 0 ? malformed(call, "it has no class labels") : { dtype: "int64", names };
}

/** The label output `[rows]` of the classes at these positions. */
export function labelTensor(call: Call, labels: ClassLabels, classes: readonly number[]): Tensor {
  const outside = (position: number): never => malformed(call, `it has no label for class ${position}`);
  if (labels.dtype === "string")
    return tensor(
      "string",
      [classes.length],
      classes.map((position) => labels.names[position] ?? outside(position)),
    );
  return tensor(
    "int64",
    [classes.length],
    Float64Array.from(classes, (position) => labels.names[position] ?? outside(position)),
  );
}
