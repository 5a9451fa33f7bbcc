import { isOpaque } from "../../../graph/graph.ts";
import { allocate } from "../../../tensor/dtype.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Element, Emitter } from "../../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../../lowering.ts";
import { type Dimension, isStored, type RowsValue, type StoredDType, storages, type Value } from "../../values.ts";

/** An operand, read by the element of the output's row that it is needed for. */
export interface Operand {
  readonly dtype: StoredDType;
  /** Undefined for a constant. */
  readonly rows: RowsValue | undefined;
  /** Puts the element on the stack, as the type it is stored in. */
  readonly load: (emitter: Emitter, element: Element) => void;
  /** The same for the four float32 elements from this one on, where they lie together or are all one. */
  readonly load4?: (emitter: Emitter, element: Element) => void;
}

export interface Operands {
  /** ONNX's broadcasting of all operands, as far as it keeps rows apart. */
  readonly shape: readonly Dimension[];
  readonly operands: readonly Operand[];
  /** The operands that are values of the row. */
  readonly rows: readonly RowsValue[];
}

/** All inputs of the node, brought to one shape. */
export function lowerOperands(node: LoweringNode, lowering: Lowering): Operands {
  const values = node.values.map((value) => value ?? unsupported(node, "an operand is absent"));
  const shape = values.reduce<readonly Dimension[]>((joined, value) => broadcast(node, joined, shapeOf(node, value)), []);
  if (!shape.includes("rows")) unsupported(node, "its operands are the same for every row");
  const sizes = shape.map((dimension) => (dimension === "rows" ? 1 : dimension));
  const operands = values.map((value) => operand(node, value, sizes, lowering));
  return { shape, operands, rows: operands.flatMap(({ rows }) => rows ?? []) };
}

/** The one element type of these operands. */
export function commonDType(node: LoweringNode, operands: readonly Operand[]): StoredDType {
  const [first] = operands;
  if (first === undefined || operands.some(({ dtype }) => dtype !== first.dtype)) unsupported(node, "its operands differ in type");
  return first.dtype;
}

function tensorOf(node: LoweringNode, value: Extract<Value, { kind: "constant" }>): Tensor {
  return isOpaque(value.constant) ? unsupported(node, `an operand is ${value.constant.what}`) : value.constant;
}

function shapeOf(node: LoweringNode, value: Value): readonly Dimension[] {
  if (value.kind === "shape") return unsupported(node, "it computes with the number of rows");
  if (value.kind === "flat") return unsupported(node, "an operand is all rows as one list");
  return value.kind === "rows" ? value.shape : tensorOf(node, value).shape;
}

/** Shapes are aligned at their last dimension; a dimension of 1 is repeated. */
function broadcast(node: LoweringNode, a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  const rank = Math.max(a.length, b.length);
  const shape: Dimension[] = [];
  for (let back = rank; back >= 1; back--) {
    const left = a[a.length - back] ?? 1;
    const right = b[b.length - back] ?? 1;
    if (left !== right && left !== 1 && right !== 1) unsupported(node, "its operands' shapes mix rows or do not fit");
    shape.push(left === 1 ? right : left);
  }
  if (shape.filter((dimension) => dimension === "rows").length > 1) unsupported(node, "its result has a row for every pair of rows");
  return shape;
}

function operand(node: LoweringNode, value: Value, sizes: readonly number[], lowering: Lowering): Operand {
  if (value.kind === "shape" || value.kind === "flat") return unsupported(node, "an operand is neither rows nor a constant");
  if (value.kind === "constant") return constantOperand(node, tensorOf(node, value), sizes, lowering);
  const width = sizes.reduce((product, size) => product * size, 1);
  const base = { dtype: value.dtype, rows: value };
  if (value.width === width) {
    const load = (emitter: Emitter, element: Element): void => emitter.load(value, element);
    return { ...base, load, ...(value.dtype === "float32" ? { load4: (emitter, element) => emitter.load4(value, element) } : {}) };
  }
  if (value.width === 1) return { ...base, load: (emitter) => emitter.load(value, 0) };
  const own = value.shape.map((dimension) => (dimension === "rows" ? 1 : dimension));
  const positions = repeatedPositions(own, sizes);
  const { log2Bytes, load } = storages[value.dtype];
  const table = lowering.memory.constant(positions.map((position) => position << log2Bytes));
  return {
    ...base,
    load: (emitter, element) => {
      if (typeof element === "number") {
        emitter.load(value, positions[element] as number);
        return;
      }
      emitter.pointer(value);
      emitter.loadConstant("int32", table, element);
      emitter.fn.op("i32.add").memory(load, value.address);
    },
  };
}

/** A constant laid out as the output's row is, so that it needs no broadcasting later. */
function constantOperand(node: LoweringNode, constant: Tensor, sizes: readonly number[], lowering: Lowering): Operand {
  const { dtype } = constant;
  if (!isStored(dtype)) unsupported(node, `an operand is ${dtype}`);
  const data = constant.dtype === "string" ? constant.data.map((text) => lowering.vocabulary.add(text)) : constant.data;
  const { type } = storages[dtype];
  if (data.length === 1) {
    const load = ({ fn }: Emitter): unknown => fn.const(type, data[0] as number);
    const load4 = (emitter: Emitter): void => {
      load(emitter);
      emitter.fn.op("f32x4.splat");
    };
    return { dtype, rows: undefined, load, ...(dtype === "float32" ? { load4 } : {}) };
  }
  // The dimension of the rows is 1 in a constant, as everywhere in `sizes`.
  const positions = repeatedPositions(constant.shape, sizes);
  const table = dtype === "string" ? new Int32Array(positions.length) : allocate(dtype, positions.length);
  positions.forEach((position, element) => {
    table[element] = data[position] as number;
  });
  const address = lowering.memory.constant(table);
  return {
    dtype,
    rows: undefined,
    load: (emitter, element) => emitter.loadConstant(dtype, address, element),
    ...(dtype === "float32" ? { load4: (emitter, element) => emitter.loadConstant4(address, element) } : {}),
  };
}

/** For every element of `sizes`, the position of the element of an operand `own` that stands there. */
function repeatedPositions(own: readonly number[], sizes: readonly number[]): Int32Array {
  const positions = new Int32Array(sizes.reduce((product, size) => product * size, 1));
  for (let element = 0; element < positions.length; element++) {
    let rest = element;
    let stride = 1;
    for (let back = 1; back <= sizes.length; back++) {
      const size = sizes.at(-back) as number;
      const length = own.at(-back) ?? 1;
      if (length > 1 && back <= own.length) positions[element] = (positions[element] as number) + (rest % size) * stride;
      if (back <= own.length) stride *= length;
      rest = Math.floor(rest / size);
    }
  }
  return positions;
}
