import { type Evaluate, malformed, requiredInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { cityHash64 } from "./city-hash.ts";

const utf8 = new TextEncoder();

/** The number that a CatBoost model knows a category by: the low half of its text's hash, as an int32. */
export const evaluateCategoryHash: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  if (input.dtype !== "string") malformed(call, `its input is ${input.dtype}`);
  return [resultOf(call, "int64", input.shape, (index) => Number(BigInt.asIntN(32, cityHash64(utf8.encode(input.data[index] ?? "")))))];
};
