/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly color: "red" | "green" | "yellow" | "cyan" | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

const colors: Readonly<Record<number, Span["color"]>> = { 31: "red", 32: "green", 33: "yellow", 36: "cyan", 39: undefined };
const plain: Span = { text: "", color: undefined, bold: false, dim: false };

/** What a terminal shows at the end of an output: colours, and lines that were written over (ECMA-48). */
export function screenOf(output: string): readonly (readonly Span[])[] {
  let style = plain;
  return output
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const cleared = line.slice(line.lastIndexOf("\x1b[2K") < 0 ? 0 : line.lastIndexOf("\x1b[2K") + 4);
      const shown = cleared.slice(cleared.lastIndexOf("\r") + 1);
      const spans: Span[] = [];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are told by.
      for (const part of shown.split(/(\x1b\[[\d;]*[A-Za-z])/)) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: see above.
        const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
        if (codes !== undefined) for (const code of codes.split(";")) style = styled(style, Number(code));
        else if (part !== "" && !part.startsWith("\x1b")) spans.push({ ...style, text: part });
      }
      return spans;
    });
}

function styled(style: Span, code: number): Span {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  return code in colors ? { ...style, color: colors[code] } : style;
}
