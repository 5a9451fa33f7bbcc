import { intAttribute } from "../../graph/attributes.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import { type Dimension, isRowMajor, type RowsValue } from "../values.ts";
import { lowerMovedAll, lowerMovedFirst } from "./movement.ts";

/** The same memory under another shape. */
function reshaped(node: LoweringNode, value: RowsValue, shape: readonly Dimension[]): RowsValue {
  const rowsAt = shape.indexOf("rows");
  if (rowsAt < 0 || shape.slice(0, rowsAt).some((dimension) => dimension !== 1))
    unsupported(node, "its result does not begin with the rows");
  const width = shape.reduce<number>((product, dimension) => (dimension === "rows" ? product : product * dimension), 1);
  if (width !== value.width) unsupported(node, "its result has another number of elements per row");
  return { ...value, shape };
}

export const lowerIdentity: Lower = (node) => ({ outputs: [rowsInput(node, 0)] });

/** To two dimensions: those before the axis, and the others. */
export const lowerFlatten: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const axis = intAttribute(node, "axis", 1);
  if (axis === 0 && input.width > 1 && isRowMajor(input)) return { outputs: [{ kind: "flat", elements: input }] };
  if (input.shape[0] !== "rows" || (axis < 0 ? axis + input.shape.length : axis) !== 1) return lowerMovedFirst(node, lowering);
  return { outputs: [reshaped(node, input, ["rows", input.width])] };
};

/** The dimensions of a row's value, from `start` to `end`. */
export const lowerShape: Lower = (node) => {
  const { shape } = rowsInput(node, 0);
  const entries = shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length));
  return { outputs: [{ kind: "shape", dtype: "int64", shape: [entries.length], entries }] };
};

/** To a constant shape, where -1 or a copied 0 stands for the rows. */
export const lowerReshape: Lower = (node, lowering) => {
  const [value] = node.values;
  if (value?.kind === "flat") return { outputs: [rowsOf(node, value.elements)] };
  const input = rowsInput(node, 0);
  if (node.values[1]?.kind === "shape" || !isRowMajor(input)) return lowerMovedFirst(node, lowering);
  const target = Array.from(constantInput(node, 1).data as ArrayLike<number>);
  if (target.length === 1 && target[0] === -1 && input.width > 1) return { outputs: [{ kind: "flat", elements: input }] };
  if (intAttribute(node, "allowzero", 0) !== 0 && target.includes(0)) unsupported(node, "a dimension of 0");
  const dimensions = target.map((dimension, axis): Dimension | "inferred" => {
    if (dimension === -1) return "inferred";
    return dimension === 0 ? (input.shape[axis] ?? unsupported(node, "it copies a dimension that its input does not have")) : dimension;
  });
  const known = dimensions.reduce<number>((product, dimension) => (typeof dimension === "number" ? product * dimension : product), 1);
  if (known < 1 || input.width % known !== 0) unsupported(node, "its result's rows are not its input's");
  // Where the rows are copied, -1 is what is left of a row; otherwise it has to be the rows themselves.
  const inferred = dimensions.includes("rows") ? input.width / known : "rows";
  return {
    outputs: [
      reshaped(
        node,
        input,
        dimensions.map((dimension) => (dimension === "inferred" ? inferred : dimension)),
      ),
    ],
  };
};

/** The rows that a list of all their elements came from, where the target says as many columns; of several lists, after their number. */
function rowsOf(node: LoweringNode, elements: RowsValue): RowsValue {
  const given = node.values[1];
  const target =
    given?.kind === "shape"
      ? given.entries.map((entry) => (entry === "rows" ? -1 : entry))
      : Array.from(constantInput(node, 1).data as ArrayLike<number>);
  const rowsAt = target.indexOf(-1);
  const before = target.slice(0, rowsAt);
  const columns = target.slice(rowsAt + 1);
  const lists = isRowMajor(elements) ? before.map(() => 1) : elements.shape.slice(0, elements.shape.indexOf("rows"));
  const width = [...before, ...columns].reduce((product, size) => product * size, 1);
  const fits = before.length === lists.length && before.every((size, axis) => size === lists[axis]);
  if (rowsAt < 0 || !fits || width !== elements.width || columns.some((size) => size < 1))
    unsupported(node, "its result's rows are not the list's");
  return { ...elements, shape: [...lists, "rows", ...columns] };
}

/** Joins columns, along the first dimension of a row that is not 1, or whole tables one after the other: several lists of all rows. */
export const lowerConcat: Lower = (node, lowering) => {
  const inputs = node.values.map((_, position) => rowsInput(node, position));
  const [first] = inputs;
  if (first === undefined) unsupported(node, "it has no inputs");
  if (first.shape[0] !== "rows") return lowerMovedAll(node, lowering);
  if (inputs.length === 1) return { outputs: inputs };
  const given = intAttribute(node, "axis", 1);
  const axis = given < 0 ? given + first.shape.length : given;
  if (axis < 0 || first.shape.slice(1, axis).some((dimension) => dimension !== 1))
    unsupported(node, "it joins something other than columns");
  for (const { shape, dtype } of inputs) {
    const differs = shape.some((dimension, index) => (index !== axis || axis === 0) && dimension !== first.shape[index]);
    if (shape.length !== first.shape.length || differs) unsupported(node, "its inputs differ in shape");
    if (dtype !== first.dtype) unsupported(node, "its inputs differ in type");
  }
  const joined = (): number => inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const shape = axis === 0 ? [inputs.length, ...first.shape] : first.shape.with(axis, joined());
  const output = lowering.allocate(
    first.dtype,
    shape,
    inputs.some(({ open }) => open),
  );
  return {
    outputs: [axis === 0 ? { kind: "flat", elements: output } : output],
    emit: (emitter) =>
      emitter.eachRow([...inputs, output], () => {
        let start = 0;
        for (const input of inputs) {
          const at: RowsValue = emitter.part(output, start, input.width);
          emitter.elements(input.width, (element) => emitter.store(at, element, () => emitter.load(input, element)));
          start += input.width;
        }
      }),
  };
};
