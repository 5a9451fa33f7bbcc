import { classEscape, isClassName, posixClass, unicodeClass } from "./character-classes.ts";

/** Whether a code point is one of a set. */
export type CodePoints = (code: number) => boolean;

/** A place between two characters. */
export type Assertion = "start" | "end" | "boundary" | "no boundary";

export type Expression =
  | { readonly kind: "one"; readonly of: CodePoints }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  | { readonly kind: "repeat"; readonly body: Expression; readonly least: number; readonly most: number }
  | { readonly kind: "assertion"; readonly holds: Assertion };

/** Why a pattern is not taken. */
export class PatternProblem extends Error {}

/** As RE2 bounds them. */
const mostRepeats = 1000;
const deepest = 100;

/**
 * Reads a regular expression of RE2's syntax, without flags.
 * @throws PatternProblem
 */
export function parsePattern(pattern: string): Expression {
  const parser = new Parser(Array.from(pattern));
  const expression = parser.choice(0);
  if (!parser.done) throw new PatternProblem("it has a ) without a (");
  return expression;
}

class Parser {
  readonly #text: readonly string[];
  #at = 0;

  constructor(text: readonly string[]) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  choice(depth: number): Expression {
    if (depth > deepest) throw new PatternProblem(`it has more than ${deepest} groups in each other`);
    const options = [this.#sequence(depth)];
    while (this.#take("|")) options.push(this.#sequence(depth));
    return options.length === 1 ? (options[0] as Expression) : { kind: "choice", options };
  }

  #sequence(depth: number): Expression {
    const parts: Expression[] = [];
    while (!this.done && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#repeated(this.#single(depth)));
    return { kind: "sequence", parts };
  }

  #single(depth: number): Expression {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group(depth);
      case "[":
        return { kind: "one", of: this.#set() };
      case ".":
        return { kind: "one", of: (code) => code !== 10 };
      case "^":
        return { kind: "assertion", holds: "start" };
      case "$":
        return { kind: "assertion", holds: "end" };
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new PatternProblem(`it has a ${character} with nothing to repeat`);
      default:
        return one(codeOf(character));
    }
  }

  #group(depth: number): Expression {
    if (this.#take("?")) {
      const named = this.#take("P") || this.#peek() === "<";
      if (named) {
        if (!this.#take("<")) throw new PatternProblem("it has a group of an unknown kind");
        while (this.#next() !== ">");
      } else if (!this.#take(":")) throw new PatternProblem("it has a flag or an assertion in a group");
    }
    const inner = this.choice(depth + 1);
    if (!this.#take(")")) throw new PatternProblem("it has a ( without a )");
    return inner;
  }

  #escape(): Expression {
    const character = this.#next();
    switch (character) {
      case "b":
        return { kind: "assertion", holds: "boundary" };
      case "B":
        return { kind: "assertion", holds: "no boundary" };
      case "A":
        return { kind: "assertion", holds: "start" };
      case "z":
        return { kind: "assertion", holds: "end" };
      default:
        return { kind: "one", of: this.#escapedSet(character) ?? only(this.#escapedCode(character)) };
    }
  }

  #escapedSet(character: string): CodePoints | undefined {
    if (character !== "p" && character !== "P") return classEscape(character);
    let name = this.#next();
    if (name === "{") {
      name = "";
      for (let next = this.#next(); next !== "}"; next = this.#next()) name += next;
    }
    const negated = name.startsWith("^");
    const set = unicodeClass(negated ? name.slice(1) : name);
    if (set === undefined) throw new PatternProblem(`it has the unknown class \\p{${name.slice(0, 40)}}`);
    return negated === (character === "P") ? set : (code) => !set(code);
  }

  #escapedCode(character: string): number {
    const control = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 }[character];
    if (control !== undefined) return control;
    if (character === "x") return this.#hexadecimal();
    if (/^[A-Za-z0-9]$/.test(character)) throw new PatternProblem(`it has \\${character}`);
    return codeOf(character);
  }

  #hexadecimal(): number {
    let digits = this.#next();
    if (digits === "{") {
      digits = "";
      for (let next = this.#next(); next !== "}"; next = this.#next()) digits += next;
    } else digits += this.#next();
    if (!/^[0-9A-Fa-f]{1,6}$/.test(digits) || Number.parseInt(digits, 16) > 0x10ffff) throw new PatternProblem("it has \\x without a code");
    return Number.parseInt(digits, 16);
  }

  /** What stands in brackets; a ] in the first place is a character. */
  #set(): CodePoints {
    const negated = this.#take("^");
    const sets: CodePoints[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      const item = this.#setItem();
      if (typeof item !== "number") {
        sets.push(item);
        continue;
      }
      if (this.#peek() !== "-" || this.#text[this.#at + 1] === "]") {
        sets.push(only(item));
        continue;
      }
      this.#at++;
      const last = this.#setItem();
      if (typeof last !== "number" || last < item) throw new PatternProblem("it has a range without an end");
      sets.push((code) => code >= item && code <= last);
    }
    this.#at++;
    return negated ? (code) => !sets.some((set) => set(code)) : (code) => sets.some((set) => set(code));
  }

  #setItem(): number | CodePoints {
    const character = this.#next();
    if (character === "\\") {
      const escaped = this.#next();
      return this.#escapedSet(escaped) ?? this.#escapedCode(escaped);
    }
    if (character !== "[" || this.#peek() !== ":") return codeOf(character);
    const end = this.#text.indexOf("]", this.#at);
    const name = this.#text.slice(this.#at + 1, end - 1).join("");
    const positive = name.replace("^", "");
    if (!isClassName(positive)) throw new PatternProblem("it has an unknown class in brackets");
    this.#at = end + 1;
    const set = posixClass(positive);
    return name === positive ? set : (code) => !set(code);
  }

  #repeated(body: Expression): Expression {
    const times = this.#times();
    if (times === undefined) return body;
    // Whether it takes as little as it can does not matter: the longest match counts.
    this.#take("?");
    if (this.#times() !== undefined) throw new PatternProblem("it repeats a repetition");
    return { kind: "repeat", body, least: times[0], most: times[1] };
  }

  #times(): readonly [number, number] | undefined {
    if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#take("?")) return [0, 1];
    if (this.#peek() !== "{") return undefined;
    // Braces that are no counts stand for themselves.
    const counts = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.#text.slice(this.#at, this.#at + 16).join(""));
    if (counts === null) return undefined;
    this.#at += counts[0].length;
    const least = Number(counts[1]);
    const most = counts[2] === undefined ? least : counts[3] === "" ? Number.POSITIVE_INFINITY : Number(counts[3]);
    if (most < least || least > mostRepeats || (most !== Number.POSITIVE_INFINITY && most > mostRepeats))
      throw new PatternProblem(`it repeats ${counts[0]} times`);
    return [least, most];
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw new PatternProblem("it ends too early");
    return character;
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function only(wanted: number): CodePoints {
  return (code) => code === wanted;
}

function one(wanted: number): Expression {
  return { kind: "one", of: only(wanted) };
}
