import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import type { Element, Emitter } from "../../emitter.ts";
import { constantInput, type LoweringNode, unsupported } from "../../lowering.ts";
import type { Dimension, RowsValue } from "../../values.ts";

/** A row's elements in groups: element `(o · size + k) · inner + i` is number k of group `o · inner + i`. */
export interface Groups {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

/** The groups along some axes of a value, which have to lie together and not to be the rows. */
export function groupsAlong(node: LoweringNode, { shape }: RowsValue, axes: readonly number[]): Groups {
  const rank = shape.length;
  const rowsAt = shape.indexOf("rows");
  const counted = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (counted.length === 0 || new Set(counted).size !== counted.length || counted.some((axis) => axis < 0 || axis >= rank))
    unsupported(node, "its axes do not exist");
  if (counted.includes(rowsAt)) unsupported(node, "it works across rows");
  // A row's elements lie as if the rows were no dimension.
  const sizes = shape.flatMap((size) => (size === "rows" ? [] : [size]));
  const sorted = counted.map((axis) => (axis < rowsAt ? axis : axis - 1)).sort((a, b) => a - b);
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (last - first + 1 !== sorted.length) unsupported(node, "its axes do not lie together");
  const count = (from: number, to: number): number => sizes.slice(from, to).reduce((product, size) => product * size, 1);
  return { outer: count(0, first), size: count(first, last + 1), inner: count(last + 1, sizes.length) };
}

/** The shape that is left of a value when axes are reduced to one element. */
export function reducedShape(node: LoweringNode, { shape }: RowsValue, axes: readonly number[]): Dimension[] {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  if (intAttribute(node, "keepdims", 1) === 0) return shape.filter((_, axis) => !reduced.has(axis));
  return shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
}

/** Axes as an attribute or as an input; undefined where the node names none. */
export function axesOf(node: LoweringNode): number[] | undefined {
  const attribute = intsAttribute(node, "axes");
  if (attribute !== undefined) return Array.from(attribute);
  if (node.values[1] === undefined) return undefined;
  const { dtype, data } = constantInput(node, 1);
  return dtype === "string" ? unsupported(node, "its axes are strings") : Array.from(data);
}

/** Visits an element of the current group with its number in the group. */
export type Visit = (element: Element, place: Element) => void;

/** Written out up to this many groups, and up to this many elements of one. */
const unrollLimit = 8;

/** Runs `body` for every group, with its number and a way to run code for each of its elements. */
export function emitGroups(
  emitter: Emitter,
  { outer, size, inner }: Groups,
  body: (group: Element, each: (visit: Visit) => void) => void,
): void {
  const { fn } = emitter;
  if (outer * inner <= unrollLimit) {
    for (let group = 0; group < outer * inner; group++) {
      const start = Math.floor(group / inner) * size * inner + (group % inner);
      body(group, (visit) => {
        if (size <= unrollLimit) for (let place = 0; place < size; place++) visit(start + place * inner, place);
        else emitLoop(emitter, () => fn.const("i32", start), size, inner, visit);
      });
    }
    return;
  }
  const group = fn.local("i32");
  const first = fn.local("i32");
  const block = fn.local("i32");
  const within = fn.local("i32");
  fn.const("i32", 0).set(group);
  fn.count(block, 0, outer * size * inner, size * inner, () =>
    fn.count(within, 0, inner, 1, () => {
      fn.get(block).get(within).op("i32.add").set(first);
      body(group, (visit) => emitLoop(emitter, () => fn.get(first), size, inner, visit));
      fn.get(group).const("i32", 1).op("i32.add").set(group);
    }),
  );
}

function emitLoop({ fn }: Emitter, start: () => void, size: number, inner: number, visit: Visit): void {
  const element = fn.local("i32");
  const place = fn.local("i32");
  start();
  fn.set(element);
  fn.count(place, 0, size, 1, () => {
    visit(element, place);
    fn.get(element).const("i32", inner).op("i32.add").set(element);
  });
}
