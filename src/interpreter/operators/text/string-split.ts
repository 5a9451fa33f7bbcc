import { intAttribute, stringAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { padded, stringInput } from "./strings.ts";

/** Each text's parts, filled up with empty ones to the most that one has, and how many it has. */
export const evaluateStringSplit: Evaluate = (call) => {
  const { shape, data } = stringInput(call);
  const delimiter = stringAttribute(call.node, "delimiter") ?? "";
  const most = intAttribute(call.node, "maxsplit", Number.POSITIVE_INFINITY);
  if (most < 1) malformed(call, `it splits at most ${most} times`);
  const parts = data.map((text) => (delimiter === "" ? words(text, most) : split(text, delimiter, most)));
  return [padded(shape, parts, ""), resultOf(call, "int64", shape, (index) => parts[index]?.length ?? 0)];
};

/** At each delimiter; an empty text has no parts. */
function split(text: string, delimiter: string, most: number): string[] {
  if (text === "") return [];
  const parts = text.split(delimiter);
  return parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(delimiter)];
}

/** At runs of spaces, and without those at its ends. ONNX Runtime takes no other white space, which the standard does. */
function words(text: string, most: number): string[] {
  const parts: string[] = [];
  let end = text.length;
  // Not by / +$/, which looks at every run of spaces to its end from each of its places.
  while (text[end - 1] === " ") end--;
  let rest = text.slice(0, end).replace(/^ +/, "");
  while (rest !== "") {
    const space = parts.length < most ? rest.indexOf(" ") : -1;
    parts.push(space === -1 ? rest : rest.slice(0, space));
    rest = space === -1 ? "" : rest.slice(space).replace(/^ +/, "");
  }
  return parts;
}
