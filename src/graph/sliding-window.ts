import { intAttribute, intsAttribute, stringAttribute } from "./attributes.ts";
import type { Node } from "./graph.ts";

/** Where a convolution or pooling looks: along each spatial dimension. */
export interface SlidingWindow {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before the first element, and the input's length with both paddings. */
  readonly begins: readonly number[];
  readonly padded: readonly number[];
  /** How many windows there are. */
  readonly counts: readonly number[];
}

/** Places of all windows together, for which a table is made: padding could make any number of them. */
const mostPlaces = 2 ** 24;

/**
 * The windows that a node's attributes give over an input of these spatial dimensions.
 * @returns undefined where the attributes contradict each other, the input is smaller than a window, or there are too many
 */
export function slidingWindow(node: Node, spatial: readonly number[], size: readonly number[]): SlidingWindow | undefined {
  const rank = spatial.length;
  const strides = Array.from(intsAttribute(node, "strides") ?? size.map(() => 1));
  const dilations = Array.from(intsAttribute(node, "dilations") ?? size.map(() => 1));
  const pads = Array.from(intsAttribute(node, "pads") ?? new Float64Array(2 * rank));
  const auto = stringAttribute(node, "auto_pad") ?? "NOTSET";
  const ceil = intAttribute(node, "ceil_mode", 0) !== 0;
  const positive = [...size, ...strides, ...dilations].every((value) => Number.isInteger(value) && value >= 1);
  if (rank === 0 || size.length !== rank || strides.length !== rank || dilations.length !== rank || pads.length !== 2 * rank || !positive)
    return undefined;
  if (!pads.every((pad) => Number.isInteger(pad) && pad >= 0) || !["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(auto))
    return undefined;
  const begins: number[] = [];
  const padded: number[] = [];
  const counts: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const length = spatial[axis] as number;
    const stride = strides[axis] as number;
    const extent = ((size[axis] as number) - 1) * (dilations[axis] as number) + 1;
    let begin = auto === "NOTSET" ? (pads[axis] as number) : 0;
    let total = auto === "NOTSET" ? begin + (pads[rank + axis] as number) : 0;
    let count: number;
    if (auto.startsWith("SAME")) {
      count = Math.ceil(length / stride);
      total = Math.max((count - 1) * stride + extent - length, 0);
      begin = auto === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    } else {
      count = (ceil ? Math.ceil : Math.floor)((length + total - extent) / stride) + 1;
      // As ONNX Runtime: no window begins in the padding behind the input.
      if (ceil && (count - 1) * stride >= length + begin) count--;
    }
    if (count < 1) return undefined;
    begins.push(begin);
    padded.push(length + total);
    counts.push(count);
  }
  if ([...counts, ...size].reduce((product, count) => product * count, 1) > mostPlaces) return undefined;
  return { size, strides, dilations, begins, padded, counts };
}

/** For every window and every place in it, row-major: the position in the input's spatial dimensions, -1 in the padding. */
export function windowPositions({ size, strides, dilations, begins, counts }: SlidingWindow, spatial: readonly number[]): Int32Array {
  let table = Int32Array.of(0);
  let windows = 1;
  let places = 1;
  spatial.forEach((length, axis) => {
    const count = counts[axis] as number;
    const width = size[axis] as number;
    const wider = new Int32Array(windows * count * places * width);
    let next = 0;
    for (let window = 0; window < windows; window++)
      for (let step = 0; step < count; step++)
        for (let place = 0; place < places; place++)
          for (let offset = 0; offset < width; offset++) {
            const at = step * (strides[axis] as number) + offset * (dilations[axis] as number) - (begins[axis] as number);
            const outer = table[window * places + place] as number;
            wider[next++] = outer < 0 || at < 0 || at >= length ? -1 : outer * length + at;
          }
    table = wider;
    windows *= count;
    places *= width;
  });
  return table;
}

/** How many places of each window lie in the input or its padding: fewer than all where a window passes the end. */
export function placesWithin(window: SlidingWindow): Int32Array {
  const within = windowPositions({ ...window, begins: window.begins.map(() => 0) }, window.padded);
  const places = window.size.reduce((product, length) => product * length, 1);
  return Int32Array.from(
    { length: within.length / places },
    (_, at) => within.subarray(at * places, (at + 1) * places).filter((position) => position >= 0).length,
  );
}
