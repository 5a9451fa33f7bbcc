import { intAttribute, stringAttribute, stringsAttribute } from "../../../graph/attributes.ts";
import { type Call, type Evaluate, malformed, misfit } from "../../evaluate.ts";
import { perNode } from "../../per-node.ts";
import { matchesIn, patternOf } from "./pattern-of.ts";
import { padded, stringInput } from "./strings.ts";

/** The tokens of a text's characters. */
interface Split {
  readonly tokens: (call: Call, characters: readonly string[]) => readonly string[];
}

/** What stands at the ends of the tokens where they are marked. */
const startOfText = "\u0002";
const endOfText = "\u0003";

const splitOf = perNode<Split>((call) => {
  const { node } = call;
  const separators = stringsAttribute(node, "separators") ?? [];
  const expression = stringAttribute(node, "tokenexp");
  const least = intAttribute(node, "mincharnum", 0);
  if ((separators.length === 1 && separators[0] === "") || (separators.length === 0 && expression === ".")) {
    if (least > 1) malformed(call, `its tokens are characters, and it asks for ${least}`);
    return { tokens: (_, characters) => characters };
  }
  if (separators.length > 0) return separated(call, separators, least);
  if (expression === undefined || expression === "") return malformed(call, "it has neither separators nor an expression");
  const pattern = patternOf(call, expression);
  return {
    tokens: (running, characters) =>
      matchesIn(running, pattern, characters).flatMap(([from, to]) =>
        to - from < Math.max(least, 1) ? [] : [characters.slice(from, to).join("")],
      ),
  };
});

/** Each separator, a pattern, in turn splits what the ones before have left. */
function separated(call: Call, separators: readonly string[], least: number): Split {
  const patterns = separators.map((separator) => patternOf(call, separator));
  return {
    tokens: (running, characters) => {
      let pieces: (readonly string[])[] = [characters];
      for (const pattern of patterns)
        pieces = pieces.flatMap((piece) => {
          let end = 0;
          const parts = matchesIn(running, pattern, piece).flatMap(([from, to]) => {
            if (to === from && from === piece.length) return [];
            const part = piece.slice(end, from);
            end = Math.max(to, from + 1);
            return [part];
          });
          return [...parts, piece.slice(end)].filter((part) => part.length >= Math.max(least, 1));
        });
      return pieces.map((piece) => piece.join(""));
    },
  };
}

/** `[C]` → `[C, tokens]` or `[N, C]` → `[N, C, tokens]`: each text's tokens, filled up to the most that one has. */
export const evaluateTokenizer: Evaluate = (call) => {
  const { shape, data } = stringInput(call);
  if (shape.length < 1 || shape.length > 2) misfit(call, "it takes a list or a table of texts");
  const { tokens } = splitOf(call);
  const found = data.map((text) => tokens(call, Array.from(text)));
  const filler = stringAttribute(call.node, "pad_value") ?? "";
  // Where no text has a token there are no marks either.
  const marked = intAttribute(call.node, "mark", 0) !== 0 && found.some((list) => list.length > 0);
  return [padded(shape, marked ? found.map((list) => [startOfText, ...list, endOfText]) : found, filler)];
};
