interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** By target: each is told from the background with a contrast of 4.5 and more, on light and on dark pages. */
export const seriesColours: readonly Colour[] = [
  { light: "#1f5fd0", dark: "#7fb0ff" },
  { light: "#b4490a", dark: "#ff9d57" },
  { light: "#0d7a4a", dark: "#4cd690" },
  { light: "#8a35c9", dark: "#cf9dff" },
  { light: "#b8194f", dark: "#ff8aab" },
  { light: "#0b7285", dark: "#4bcde0" },
];

/** More targets than colours take a colour again, with another dash. */
export const dashes: readonly string[] = ["", "6 4", "2 3"];

/** Of a standalone picture, which lies on a page of unknown colour: about as far from white as from GitHub's dark. */
export const neutral = { text: "#757c87", line: "#8b949e", bar: "#4a80d6", onBar: "#10284f" } as const;

export function colourIndex(position: number): number {
  return position % seriesColours.length;
}

export function dashOf(position: number): string {
  return dashes[Math.floor(position / seriesColours.length) % dashes.length] ?? "";
}
