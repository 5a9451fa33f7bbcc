const codes = { bold: 1, dim: 2, red: 31, yellow: 33 } as const;

/** Text with a look; the same text where there are no colours. */
export type Paint = (look: keyof typeof codes, text: string) => string;

export function paint(color: boolean): Paint {
  return (look, text) => (color && text !== "" ? `\x1b[${codes[look]}m${text}\x1b[0m` : text);
}
