/** Colours of a terminal, by their codes (ECMA-48, SGR). */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

export type Paint = keyof typeof codes;

/** @param on Whether people read it at a terminal that is to have colours */
export function paint(text: string, color: Paint, on: boolean): string {
  const [begin, end] = codes[color];
  return on ? `\x1b[${begin}m${text}\x1b[${end}m` : text;
}
