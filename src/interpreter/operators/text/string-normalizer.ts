import { intAttribute, stringAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { type Evaluate, malformed, misfit } from "../../evaluate.ts";
import { stringInput } from "./strings.ts";

type ChangeCase = (text: string) => string;

const actions: Readonly<Record<string, ChangeCase>> = {
  LOWER: (text) => text.toLowerCase(),
  UPPER: (text) => text.toUpperCase(),
  NONE: (text) => text,
};

/**
 * Drops stop words, then changes the case. Unicode's own mapping, as Python's `lower` has it, whatever
 * the `locale`: ONNX Runtime does not load the model where the machine does not have the locale.
 */
export const evaluateStringNormalizer: Evaluate = (call) => {
  const { shape, data } = stringInput(call);
  const isList = shape.length === 1;
  if (data.length === 0 || !(isList || (shape.length === 2 && shape[0] === 1))) misfit(call, "it takes one list of texts");
  const action = stringAttribute(call.node, "case_change_action") ?? "NONE";
  const change = Object.hasOwn(actions, action) ? (actions[action] as ChangeCase) : malformed(call, `its action is ${action}`);
  const same: ChangeCase = intAttribute(call.node, "is_case_sensitive", 0) === 0 ? (text) => text.toLowerCase() : (text) => text;
  const stopWords = new Set((stringsAttribute(call.node, "stopwords") ?? []).map(same));
  const kept = data.filter((text) => !stopWords.has(same(text))).map(change);
  // Of a list without a word that is left one empty text remains.
  const result = kept.length === 0 ? [""] : kept;
  return [tensor("string", isList ? [result.length] : [1, result.length], result)];
};
