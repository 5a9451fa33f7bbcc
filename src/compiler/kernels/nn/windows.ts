import { type SlidingWindow, slidingWindow, windowPositions } from "../../../graph/sliding-window.ts";
import { type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";

/** A table of more places than this costs more memory than such a network gains here. */
const maxPlaces = 2 ** 22;

/** An image of each row: `["rows", channels, …]`. */
export interface Image {
  readonly input: RowsValue;
  readonly channels: number;
  readonly spatial: readonly number[];
  /** Elements of one channel. */
  readonly area: number;
}

export function imageInput(node: LoweringNode): Image {
  const input = rowsInput(node, 0);
  if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
  const [first, channels, ...spatial] = input.shape.map((size) => (size === "rows" ? -1 : size));
  if (first !== -1 || channels === undefined || channels < 1 || spatial.length === 0)
    unsupported(node, "its input is not an image of each row");
  return { input, channels, spatial, area: spatial.reduce((product, size) => product * size, 1) };
}

/** The windows over an image, and what each covers: positions in a channel, -1 in the padding. */
export interface Windows {
  readonly window: SlidingWindow;
  readonly count: number;
  readonly places: number;
  readonly table: Int32Array;
}

export function windowsOver(node: LoweringNode, { spatial }: Image, size: readonly number[]): Windows {
  const window = slidingWindow(node, spatial, size) ?? unsupported(node, "its windows do not fit its input");
  const count = window.counts.reduce((product, length) => product * length, 1);
  const places = size.reduce((product, length) => product * length, 1);
  if (count * places > maxPlaces) unsupported(node, `it has ${count} windows of ${places} places, too many to gain from a kernel`);
  return { window, count, places, table: windowPositions(window, spatial) };
}
