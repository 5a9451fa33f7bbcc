import { stringAttribute } from "../../graph/attributes.ts";
import { einsumLabels } from "../../graph/einsum.ts";
import type { Emitter } from "../emitter.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import { type Dimension, isStored, type RowsValue, type StoredDType } from "../values.ts";
import type { Local } from "../wasm/function.ts";

/** More entries of position tables than this are refused: an equation of a few letters can ask for any number. */
const maxPositions = 2 ** 22;

interface Operand {
  readonly dtype: StoredDType;
  readonly shape: readonly Dimension[];
  /** The row's elements, or the address of constants. */
  readonly rows: RowsValue | undefined;
  readonly constants: ArrayLike<number>;
}

/**
 * Sums of products over the elements of a row: `rows` has one label, which the result keeps. Which elements meet
 * is in tables of their positions, for the elements of the result and for the terms of a sum.
 */
export const lowerEinsum: Lower = (node, lowering) => {
  const operands = node.values.map((_, position) => operandOf(node, position));
  const dtype = operands[0]?.dtype;
  if (dtype !== "float32" && dtype !== "float64" && dtype !== "int64") return unsupported(node, `its operands are ${dtype}`);
  if (operands.some((operand) => operand.dtype !== dtype)) unsupported(node, "its operands differ in type");
  const labels = einsumLabels(
    stringAttribute(node, "equation") ?? "",
    operands.map(({ shape }) => shape.length),
  );
  if (typeof labels === "string") return unsupported(node, labels);

  const { batch, sizes } = sizesOf(node, operands, labels.operands);
  if (!labels.output.includes(batch)) unsupported(node, "it sums over the rows");
  const kept = labels.output.filter((label) => label !== batch);
  const summed = [...sizes.keys()].filter((label) => label !== batch && !kept.includes(label));
  const count = (names: readonly string[]): number => names.reduce((product, name) => product * (sizes.get(name) ?? 1), 1);
  const [results, terms] = [count(kept), count(summed)];
  if ((results + terms) * operands.length > maxPositions) unsupported(node, `it has ${results} results of ${terms} terms`);
  if (results === 0 || terms === 0) unsupported(node, "a dimension is 0");

  const output = lowering.allocate(
    dtype,
    labels.output.map((label) => (label === batch ? "rows" : (sizes.get(label) ?? 1))),
  );
  const parts = operands.map((operand, position) => {
    const steps = stepsOf(operand.shape, labels.operands[position] ?? []);
    const table = (names: readonly string[]): number => lowering.memory.constant(positions(names, sizes, steps));
    const address = operand.rows === undefined ? lowering.memory.constant(Float64Array.from(operand.constants)) : 0;
    return { rows: operand.rows, address, starts: table(kept), offsets: table(summed) };
  });
  const rows = parts.flatMap((part) => part.rows ?? []);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const sum = fn.local("f64");
      const element = fn.local("i32");
      emitter.eachRow([...rows, output], () =>
        emitter.elements(results, (result) => {
          fn.const("f64", 0).set(sum);
          emitter.elements(terms, (term) => {
            fn.get(sum);
            parts.forEach((part, position) => {
              emitter.loadConstant("int32", part.starts, result);
              emitter.loadConstant("int32", part.offsets, term);
              fn.op("i32.add").set(element);
              loadElement(emitter, part, element);
              if (position > 0) fn.op("f64.mul");
            });
            fn.op("f64.add").set(sum);
          });
          emitter.storeF64(output, result, () => fn.get(sum));
        }),
      );
    },
  };
};

function operandOf(node: LoweringNode, position: number): Operand {
  if (node.values[position]?.kind === "rows") {
    const rows = rowsInput(node, position);
    return { dtype: rows.dtype, shape: rows.shape, rows, constants: [] };
  }
  const { dtype, shape, data } = constantInput(node, position);
  if (!isStored(dtype) || dtype === "string") return unsupported(node, `its input ${position} is ${dtype}`);
  return { dtype, shape, rows: undefined, constants: data as ArrayLike<number> };
}

/** The label of the rows, and the sizes of the others. */
function sizesOf(
  node: LoweringNode,
  operands: readonly Operand[],
  labels: readonly (readonly string[])[],
): { readonly batch: string; readonly sizes: ReadonlyMap<string, number> } {
  const batches = new Set(operands.flatMap(({ shape }, position) => labels[position]?.filter((_, axis) => shape[axis] === "rows") ?? []));
  const [batch] = batches;
  if (batch === undefined || batches.size > 1) return unsupported(node, "it combines rows with other rows");
  const sizes = new Map<string, number>();
  operands.forEach(({ shape }, position) => {
    const own = labels[position] ?? [];
    own.forEach((label, axis) => {
      const size = shape[axis] as Dimension;
      if (size !== shape[own.indexOf(label)]) unsupported(node, `the dimensions "${label}" of an operand differ`);
      if (label === batch) {
        if (size !== "rows" && size !== 1) unsupported(node, "it tells rows apart");
        return;
      }
      const known = sizes.get(label) ?? 1;
      if (size === "rows" || (known !== size && known !== 1 && size !== 1))
        unsupported(node, `the dimension "${label}" is not of one size`);
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return { batch, sizes };
}

/** How far apart the elements of a row, or of a constant, are along each label. */
function stepsOf(shape: readonly Dimension[], labels: readonly string[]): ReadonlyMap<string, number> {
  const steps = new Map<string, number>();
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as Dimension;
    const label = labels[axis] as string;
    if (size === "rows" || size === 1) continue;
    steps.set(label, (steps.get(label) ?? 0) + step);
    step *= size;
  }
  return steps;
}

/** The position that each combination of the labels stands for, the last label changing fastest. */
function positions(names: readonly string[], sizes: ReadonlyMap<string, number>, steps: ReadonlyMap<string, number>): Int32Array {
  let found = Int32Array.of(0);
  for (const name of names) {
    const size = sizes.get(name) ?? 1;
    const step = steps.get(name) ?? 0;
    found = Int32Array.from({ length: found.length * size }, (_, index) => (found[Math.floor(index / size)] ?? 0) + (index % size) * step);
  }
  return found;
}

function loadElement(
  emitter: Emitter,
  { rows, address }: { readonly rows: RowsValue | undefined; readonly address: number },
  element: Local,
): void {
  if (rows === undefined) emitter.loadConstant("float64", address, element);
  else emitter.loadF64(rows, element);
}
