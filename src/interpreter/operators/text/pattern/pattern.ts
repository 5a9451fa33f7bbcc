import { isWord } from "./character-classes.ts";
import { compilePattern, type Program } from "./program.ts";
import { type Assertion, parsePattern } from "./syntax.ts";

/** Texts in which this many characters had to be looked at again and again are given up. */
const mostWork = 2 ** 24;
/** Transitions that are remembered; above it they are found anew. */
const mostRemembered = 2 ** 16;

const endOfText = -1;

/** What lies before a place: nothing, a character of a word, or another one. */
type Before = "start" | "word" | "other";

interface State {
  readonly steps: readonly number[];
  readonly before: Before;
  readonly edges: Map<number, Edge>;
}

interface Edge {
  /** Whether the pattern matches up to here, before the character. */
  readonly matches: boolean;
  readonly next: State | undefined;
}

/** A text took too much work. */
export class PatternWorkExceeded extends Error {}

/**
 * A regular expression of RE2's syntax. The automaton's states are sets of steps, found as texts need
 * them: no pattern backtracks. Of several matches at a place the longest counts.
 */
export class Pattern {
  readonly #program: Program;
  readonly #states = new Map<string, State>();
  #remembered = 0;

  /** @throws PatternProblem for a pattern that is not taken */
  constructor(pattern: string) {
    this.#program = compilePattern(parsePattern(pattern));
  }

  /**
   * Every match, one behind the other, as positions of its first character and behind its last one. An empty one is given too.
   * @throws PatternWorkExceeded
   */
  matches(characters: readonly string[]): (readonly [number, number])[] {
    const codes = characters.map((character) => character.codePointAt(0) ?? 0);
    const found: (readonly [number, number])[] = [];
    let work = 0;
    let from = 0;
    while (from <= codes.length) {
      const { end, looked } = this.#longest(codes, from);
      work += looked;
      if (work > mostWork) throw new PatternWorkExceeded();
      if (end !== undefined) found.push([from, end]);
      from = Math.max(from + 1, end ?? 0);
    }
    return found;
  }

  /** Whether the whole text is a match. */
  covers(text: string): boolean {
    const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    return this.#longest(codes, 0).end === codes.length;
  }

  #longest(codes: readonly number[], from: number): { readonly end: number | undefined; readonly looked: number } {
    const previous = codes[from - 1];
    let state: State | undefined = this.#state([this.#program.first], previous === undefined ? "start" : kindOf(previous));
    let end: number | undefined;
    let at = from;
    for (; state !== undefined; at++) {
      const code: number = codes[at] ?? endOfText;
      const edge: Edge = state.edges.get(code) ?? this.#edge(state, code);
      if (edge.matches) end = at;
      state = edge.next;
    }
    return { end, looked: at - from };
  }

  #edge(state: State, code: number): Edge {
    const next = new Set<number>();
    let matches = false;
    const seen = new Set<number>();
    const open = [...state.steps];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const step = this.#program.steps[index];
      if (step?.kind === "match") matches = true;
      else if (step?.kind === "fork") open.push(...step.next);
      else if (step?.kind === "assertion" && holds(step.holds, state.before, code)) open.push(step.next);
      else if (step?.kind === "one" && code !== endOfText && step.of(code)) next.add(step.next);
    }
    if (this.#remembered > mostRemembered) {
      this.#states.clear();
      this.#remembered = 0;
    }
    const edge = { matches, next: next.size === 0 ? undefined : this.#state([...next], kindOf(code)) };
    state.edges.set(code, edge);
    this.#remembered++;
    return edge;
  }

  #state(steps: readonly number[], before: Before): State {
    const sorted = steps.toSorted((a, b) => a - b);
    const key = `${before} ${sorted.join(" ")}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = { steps: sorted, before, edges: new Map<number, Edge>() };
    this.#states.set(key, state);
    return state;
  }
}

function kindOf(code: number): Before {
  return isWord(code) ? "word" : "other";
}

function holds(assertion: Assertion, before: Before, code: number): boolean {
  switch (assertion) {
    case "start":
      return before === "start";
    case "end":
      return code === endOfText;
    default:
      return ((before === "word") !== (code !== endOfText && isWord(code))) === (assertion === "boundary");
  }
}
