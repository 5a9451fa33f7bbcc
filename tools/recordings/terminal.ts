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
export function screenOf(output: string, columns: number): readonly (readonly Span[])[] {
  let style = plain;
  return output
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
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
      return wrapped(spans, columns);
    });
}

/** As a terminal breaks a line that is longer than it is wide. */
function wrapped(spans: readonly Span[], columns: number): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  let left = columns;
  for (const span of spans)
    for (let text = span.text; text !== ""; ) {
      if (left === 0) {
        lines.push([]);
        left = columns;
      }
      const part = text.slice(0, left);
      lines.at(-1)?.push({ ...span, text: part });
      text = text.slice(part.length);
      left -= part.length;
    }
  return lines;
}

function styled(style: Span, code: number): Span {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  return code in colors ? { ...style, color: colors[code] } : style;
}
