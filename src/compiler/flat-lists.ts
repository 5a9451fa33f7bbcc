import { intAttribute } from "../graph/attributes.ts";
import { isOpaque } from "../graph/graph.ts";
import type { LoweringNode } from "./lowering.ts";
import { type FlatValue, isRowMajor, type RowsValue, type Value } from "./values.ts";

/** Operators that take elements one by one: what they make of a list of all rows' elements is what they make of the rows. */
const elementwise: ReadonlySet<string> = new Set(
  "Abs Add And Cast Ceil Div Equal Exp Floor Greater GreaterOrEqual IsNaN Less LessOrEqual Log Max Min Mul Neg Not Or Pow Reciprocal Round Sign Sqrt Sub Where Xor".split(
    " ",
  ),
);

/**
 * The node as one on rows, where it takes lists of all their elements and single numbers, or looks entries up in a constant list.
 * Its results are lists of all elements again.
 */
export function onRows(node: LoweringNode): LoweringNode | undefined {
  const lists = node.values.filter((value): value is FlatValue => value?.kind === "flat");
  const [first] = lists;
  if (node.domain !== "" || first === undefined || !isRowMajor(first.elements)) return undefined;
  const same = lists.every(({ elements }) => elements.shape.join() === first.elements.shape.join());
  const others = node.values.filter((value) => value?.kind !== "flat");
  const covered =
    (elementwise.has(node.operator) && others.every(isSingle)) ||
    (node.operator === "Gather" && node.values[1] === first && intAttribute(node, "axis", 0) === 0 && rankOf(node.values[0]) === 1);
  return covered && same ? { ...node, values: node.values.map((value) => (value?.kind === "flat" ? value.elements : value)) } : undefined;
}

export function asLists(values: readonly Value[]): Value[] {
  return values.map((value) => (value.kind === "rows" ? { kind: "flat", elements: value satisfies RowsValue } : value));
}

/** Whether the node gives its list as it is: `[1, all elements]` is a list, too. */
export function keepsList({ operator, domain, values, ...node }: LoweringNode): boolean {
  return (
    domain === "" && operator === "Flatten" && values[0]?.kind === "flat" && intAttribute({ operator, domain, ...node }, "axis", 1) < 2
  );
}

function isSingle(value: Value | undefined): boolean {
  return value?.kind === "constant" && !isOpaque(value.constant) && value.constant.data.length === 1 && value.constant.shape.length < 2;
}

function rankOf(value: Value | undefined): number | undefined {
  return value?.kind === "constant" && !isOpaque(value.constant) ? value.constant.shape.length : undefined;
}
