import { isOpaque } from "../../../graph/graph.ts";
import { allocate } from "../../../tensor/dtype.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Element, Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, unsupported } from "../../lowering.ts";
import { type Dimension, isStored, type RowsValue, type StoredDType, storages, type Value } from "../../values.ts";
import type { Instruction } from "../../wasm/opcodes.ts";

type Operation = "add" | "sub" | "mul" | "div";

/** An operand by element of the output's row. */
interface Operand {
  readonly rows?: RowsValue;
  readonly load: (emitter: Emitter, element: Element) => void;
}

/** Arithmetic on two values of one type, with ONNX's broadcasting as far as it keeps rows apart. */
function lowerBinary(operation: Operation): Lower {
  return (node, lowering) => {
    const [a, b] = [node.values[0], node.values[1]];
    if (a === undefined || b === undefined) unsupported(node, "an operand is absent");
    const shape = broadcast(node, shapeOf(node, a), shapeOf(node, b));
    const dtype = dtypeOf(node, a.kind === "rows" ? a : b);
    if (dtypeOf(node, a) !== dtype || dtypeOf(node, b) !== dtype) unsupported(node, "its operands differ in type");
    const { type } = storages[dtype];
    if (type === "i32" || dtype === "string") unsupported(node, `its operands are ${dtype}`);
    const output = lowering.allocate(dtype, shape);
    const left = operand(node, a, output, lowering);
    const right = operand(node, b, output, lowering);
    const values = [left.rows, right.rows, output].filter((value) => value !== undefined);
    return {
      outputs: [output],
      emit: (emitter) =>
        emitter.eachRow(values, () =>
          emitter.elements(output.width, (element) =>
            emitter.store(output, element, () => {
              left.load(emitter, element);
              right.load(emitter, element);
              emitter.fn.op(`${type}.${operation}` satisfies Instruction);
              // An integer quotient is cut towards zero.
              if (operation === "div" && dtype === "int64") emitter.fn.op("f64.trunc");
            }),
          ),
        ),
    };
  };
}

export const lowerAdd = lowerBinary("add");
export const lowerSub = lowerBinary("sub");
export const lowerMul = lowerBinary("mul");
export const lowerDiv = lowerBinary("div");

function tensorOf(node: LoweringNode, value: Extract<Value, { kind: "constant" }>): Tensor {
  return isOpaque(value.constant) ? unsupported(node, `an operand is ${value.constant.what}`) : value.constant;
}

function shapeOf(node: LoweringNode, value: Value): readonly Dimension[] {
  return value.kind === "rows" ? value.shape : tensorOf(node, value).shape;
}

function dtypeOf(node: LoweringNode, value: Value): StoredDType {
  const { dtype } = value.kind === "rows" ? value : tensorOf(node, value);
  return isStored(dtype) ? dtype : unsupported(node, `an operand is ${dtype}`);
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
  if (
    shape.filter((dimension) => dimension === "rows").length !== 1 ||
    shape.slice(0, shape.indexOf("rows")).some((dimension) => dimension !== 1)
  )
    unsupported(node, "its result is not a table of rows");
  return shape;
}

function operand(node: LoweringNode, value: Value, output: RowsValue, lowering: Lowering): Operand {
  if (value.kind === "constant") return constantOperand(tensorOf(node, value), output, lowering);
  if (value.width === output.width) return { rows: value, load: (emitter, element) => emitter.load(value, element) };
  if (value.width === 1) return { rows: value, load: (emitter) => emitter.load(value, 0) };
  return unsupported(node, "an operand is repeated along some of its columns");
}

/** A constant laid out as the output's row is, so that it needs no broadcasting later. */
function constantOperand(constant: Tensor, output: RowsValue, lowering: Lowering): Operand {
  const dtype = output.dtype;
  const data = constant.data as ArrayLike<number>;
  if (data.length === 1) {
    const { type } = storages[dtype];
    return { load: ({ fn }) => fn.const(type, data[0] as number) };
  }
  const table = allocate(dtype as "float32" | "float64", output.width);
  // The constant has dimension 1 where the rows are: it is [.., 1, ..columns], aligned at the end.
  const shape = output.shape.map((dimension) => (dimension === "rows" ? 1 : dimension));
  const sizes = shape.map((_, axis) => constant.shape[axis - shape.length + constant.shape.length] ?? 1);
  for (let element = 0; element < output.width; element++) {
    let rest = element;
    let position = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      const own = sizes[axis] as number;
      if (own > 1) position += (rest % size) * stride;
      stride *= own;
      rest = Math.floor(rest / size);
    }
    table[element] = data[position] as number;
  }
  const address = lowering.memory.constant(table);
  return { load: (emitter, element) => emitter.loadConstant(dtype, address, element) };
}
