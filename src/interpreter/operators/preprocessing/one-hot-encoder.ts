import { SetosaError } from "../../../errors.ts";
import { intAttribute, intsAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed, misfit, requiredInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** `[…]` → float32 `[…, categories]`: 1 at the value's category. An unknown one gives zeros, or with zeros = 0 is refused. */
export const evaluateOneHotEncoder: Evaluate = (call) => {
  const { dtype, shape, data } = requiredInput(call, 0);
  if (shape.length > 2) misfit(call, "it takes a list or a table");
  const categories: ArrayLike<string | number> =
    (dtype === "string" ? stringsAttribute(call.node, "cats_strings") : intsAttribute(call.node, "cats_int64s")) ?? [];
  if (categories.length === 0) return malformed(call, `it has no categories for ${dtype}`);
  // Of a category listed twice the last place counts, as in ONNX Runtime.
  const places = new Map<string | number, number>(Array.from(categories, (category, place) => [category, place]));
  const values: ArrayLike<string | number> = data;
  const chosen = Array.from(values, (value) => places.get(typeof value === "string" ? value : wholeNumber(value)));
  if (intAttribute(call.node, "zeros", 1) === 0 && chosen.includes(undefined))
    throw new SetosaError("CATEGORY_UNKNOWN", "A row holds a category that the model was not trained on.", { path: call.node.name });
  const width = categories.length;
  return [resultOf(call, "float32", [...shape, width], (index) => (chosen[Math.floor(index / width)] === index % width ? 1 : 0))];
};

/** ONNX Runtime casts numbers to int64 before it looks them up: 1.9 is category 1. */
function wholeNumber(value: number): number {
  return Math.trunc(value);
}
