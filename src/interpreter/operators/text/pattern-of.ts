import { type Call, failed, unsupported } from "../../evaluate.ts";
import { Pattern, PatternWorkExceeded } from "./pattern/pattern.ts";
import { PatternProblem } from "./pattern/syntax.ts";

/** @throws SetosaError OPERATOR_UNSUPPORTED for a pattern that is not taken */
export function patternOf(call: Call, text: string): Pattern {
  try {
    return new Pattern(text);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return unsupported(call, `the pattern ${JSON.stringify(text.slice(0, 80))}: ${error.message}`);
  }
}

/** The pattern's matches in a text; see Pattern. */
export function matchesIn(call: Call, pattern: Pattern, characters: readonly string[]): (readonly [number, number])[] {
  try {
    return pattern.matches(characters);
  } catch (error) {
    if (!(error instanceof PatternWorkExceeded)) throw error;
    return failed(call, "its pattern has to look at this text too often");
  }
}
