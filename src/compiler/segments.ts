import type { Segment } from "./artifact.ts";

/** Segments that are smaller, and lie within so many bytes of each other, become one. */
const small = 2 ** 16;
const mostJoined = 2 ** 20;

/** The same contents in few segments. Only for a memory that is still zero: gaps are filled. */
export function joinSegments(segments: readonly Segment[]): Segment[] {
  const groups: Segment[][] = [];
  for (const segment of segments) {
    const group = groups.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    const joins =
      first !== undefined &&
      last !== undefined &&
      segment.bytes.length < small &&
      last.bytes.length < small &&
      segment.address - endOf(last) < small &&
      endOf(segment) - first.address <= mostJoined;
    if (joins) group?.push(segment);
    else groups.push([segment]);
  }
  return groups.map((group): Segment => {
    const [first] = group as [Segment];
    if (group.length === 1) return first;
    const bytes = new Uint8Array(endOf(group.at(-1) as Segment) - first.address);
    for (const part of group) bytes.set(part.bytes, part.address - first.address);
    return { address: first.address, bytes };
  });
}

function endOf({ address, bytes }: Segment): number {
  return address + bytes.length;
}
