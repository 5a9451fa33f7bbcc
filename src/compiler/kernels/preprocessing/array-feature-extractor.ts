import { isOpaque } from "../../../graph/graph.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, storages } from "../../values.ts";

/** Picks columns of a table by constant positions, or entries of a constant list by each row's position. */
export const lowerArrayFeatureExtractor: Lower = (node, lowering) =>
  node.values[0]?.kind === "constant" ? pickEntries(node, lowering) : pickColumns(node, lowering);

/** A list `[entries]` and positions of the row give a list `[1, …]`: a number for each position. */
function pickEntries(node: LoweringNode, lowering: Lowering): Lowered {
  const list = constantInput(node, 0);
  const [, value] = node.values;
  const positions = value?.kind === "flat" ? value.elements : rowsInput(node, 1);
  const { dtype } = list;
  if (isOpaque(list) || !isStored(dtype)) unsupported(node, `its list is ${dtype}`);
  if (list.shape.some((dimension, axis) => axis < list.shape.length - 1 && dimension !== 1))
    unsupported(node, "it picks from more than one list");
  const entries = list.dtype === "string" ? Int32Array.from(list.data, (text) => lowering.vocabulary.add(text)) : list.data;
  const table = lowering.memory.constant(entries);
  const output = lowering.allocate(dtype, positions.width === 1 ? [1, "rows"] : ["rows", positions.width]);
  return {
    outputs: [positions.width === 1 ? output : { kind: "flat", elements: output }],
    emit: (emitter) => {
      const { fn } = emitter;
      const position = fn.local("i32");
      emitter.eachRow([positions, output], () =>
        emitter.elements(positions.width, (element) => {
          emitter.loadF64(positions, element);
          fn.op("i32.trunc_sat_f64_s").set(position);
          // Outside the list ONNX Runtime fails; a kernel stops.
          fn.get(position)
            .const("i32", entries.length)
            .op("i32.ge_u")
            .if(() => fn.const("i32", 1).op("return"));
          emitter.store(output, element, () => emitter.loadConstant(dtype, table, position));
        }),
      );
    },
  };
}

function pickColumns(node: LoweringNode, lowering: Lowering): Lowered {
  const input = rowsInput(node, 0);
  const columns = Array.from(constantInput(node, 1).data as ArrayLike<number>);
  if (input.shape[0] !== "rows" || input.shape.length !== 2) unsupported(node, "its input is not a table of rows");
  if (columns.some((column) => !(column >= 0 && column < input.width))) unsupported(node, "it picks a column that its input does not have");
  const output = lowering.allocate(input.dtype, ["rows", columns.length], input.open);
  const table = lowering.memory.constant(Int32Array.from(columns, (column) => column << storages[input.dtype].log2Bytes));
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(columns.length, (element) =>
          emitter.store(output, element, () => {
            emitter.pointer(input);
            emitter.loadConstant("int32", table, element);
            emitter.fn.op("i32.add").memory(storages[input.dtype].load, input.address);
          }),
        ),
      ),
  };
}
