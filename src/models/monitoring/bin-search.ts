/** Edges between bins, padded to one less than a power of two with infinities, so that a search has no end to look for. */
export type PaddedEdges = Float64Array;

/** @param single Whether the values are float32: an edge is rounded as they are */
export function padEdges(edges: readonly number[], single: boolean): PaddedEdges {
  const size = 2 ** Math.ceil(Math.log2(edges.length + 1)) - 1;
  return Float64Array.from({ length: size }, (_, index) => stored(edges[index] ?? Number.POSITIVE_INFINITY, single));
}

/** The number of the bin: how many edges the value is above. */
export function binOf(edges: PaddedEdges, value: number): number {
  let bin = 0;
  // Additions in place of branches: which way a value goes cannot be foreseen, and a wrong guess costs more than a search.
  for (let step = (edges.length + 1) >> 1; step > 0; step >>= 1) bin += value > (edges[bin + step - 1] as number) ? step : 0;
  return bin;
}

/** A number of the signature as an input of that type holds it. */
export function stored(value: number, single: boolean): number {
  return single ? Math.fround(value) : value;
}
