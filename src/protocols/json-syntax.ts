/** The first place where a text stops being JSON (RFC 8259), and what is wrong there. */
export interface SyntaxFault {
  /** In UTF-16 code units from the start. */
  readonly position: number;
  readonly reason: string;
}

/**
 * Finds the first syntax fault, or undefined in valid JSON.
 *
 * Runs only after `JSON.parse` has refused a text: the engines word their errors differently, and
 * JavaScriptCore gives no position at all. Nesting is a counter, not recursion.
 * @param takesNonFinite NaN and the infinities are no fault
 */
export function findSyntaxFault(text: string, takesNonFinite = false): SyntaxFault | undefined {
  return new Scanner(text, takesNonFinite).scan();
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /[ \t\n\r]*/y;
const word = /-?[A-Za-z_]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 has strings without them.
const plain = /[^"\\\x00-\x1f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const literals = new Set(["true", "false", "null"]);
const nonFinite = /^-?(NaN|Infinity|Inf)$/;

class Scanner {
  private readonly text: string;
  private readonly takesNonFinite: boolean;
  private at = 0;
  /** The brackets that are open, outermost first. */
  private readonly open: ("[" | "{")[] = [];

  constructor(text: string, takesNonFinite: boolean) {
    this.text = text;
    this.takesNonFinite = takesNonFinite;
  }

  scan(): SyntaxFault | undefined {
    this.skip(space);
    for (;;) {
      const fault = this.value();
      if (fault !== undefined) return fault;
      const end = this.close();
      if (end === "done") return undefined;
      if (end !== "next") return end;
    }
  }

  /** Enters arrays and objects down to the first scalar, and reads that; stops before the bracket that closes an empty one. */
  private value(): SyntaxFault | undefined {
    for (;;) {
      const character = this.text[this.at];
      if (character !== "[" && character !== "{") return this.scalar(character);
      this.open.push(character);
      this.at++;
      this.skip(space);
      if (this.text[this.at] === (character === "[" ? "]" : "}")) return undefined;
      const fault = character === "{" ? this.key() : undefined;
      if (fault !== undefined) return fault;
    }
  }

  private scalar(first: string | undefined): SyntaxFault | undefined {
    if (first === '"') return this.string();
    return this.skip(number) ? this.afterNumber() : this.literal();
  }

  /** Closes what ends here, up to a comma (`next`) or the end of the text (`done`). */
  private close(): SyntaxFault | "next" | "done" {
    for (;;) {
      this.skip(space);
      const inside = this.open.at(-1);
      const character = this.text[this.at];
      if (inside === undefined) return character === undefined ? "done" : this.fault("there is more text after the end of the JSON value");
      const closing = inside === "[" ? "]" : "}";
      if (character === closing) {
        this.open.pop();
        this.at++;
        continue;
      }
      if (character !== ",") return this.fault(`expected "," or "${closing}"`);
      this.at++;
      this.skip(space);
      if (this.text[this.at] === "]" || this.text[this.at] === "}") return this.fault("a comma has nothing after it");
      if (inside === "{") return this.key() ?? "next";
      return "next";
    }
  }

  private key(): SyntaxFault | undefined {
    if (this.text[this.at] !== '"') return this.fault("expected a key in double quotes");
    const fault = this.string();
    if (fault !== undefined) return fault;
    this.skip(space);
    if (this.text[this.at] !== ":") return this.fault('expected ":" after the key');
    this.at++;
    this.skip(space);
    return undefined;
  }

  private string(): SyntaxFault | undefined {
    const start = this.at++;
    for (;;) {
      this.skip(plain);
      const character = this.text[this.at];
      if (character === undefined) {
        this.at = start;
        return this.fault("a string has no closing quote");
      }
      if (character === '"') {
        this.at++;
        return undefined;
      }
      if (character !== "\\") return this.fault("a string holds a control character that is not escaped");
      if (!this.skip(escaped)) return this.fault("a string holds an escape that JSON does not have");
    }
  }

  private afterNumber(): SyntaxFault | undefined {
    const next = this.text[this.at];
    if (next !== undefined && /[\w.+-]/.test(next)) return this.fault("a number is not written as JSON writes it");
    return undefined;
  }

  private literal(): SyntaxFault | undefined {
    const start = this.at;
    const found = this.skip(word) ? this.text.slice(start, this.at) : "";
    if (literals.has(found) || (this.takesNonFinite && nonFinite.test(found))) return undefined;
    this.at = start;
    if (/^-?(NaN|Infinity|inf|nan)$/.test(found)) return this.fault(`JSON has no ${found}: write null for a missing value`);
    if (found === "None" || found === "True" || found === "False")
      return this.fault(`${found} is Python: in JSON it is ${found === "None" ? "null" : found.toLowerCase()}`);
    if (this.text[start] === "'") return this.fault("strings take double quotes in JSON");
    return this.fault("expected a value");
  }

  private fault(reason: string): SyntaxFault {
    const ended = this.at >= this.text.length;
    return { position: this.at, reason: ended ? "the text ends too early" : reason };
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
