import { isOpaque } from "../../../graph/graph.ts";
import type { Element } from "../../emitter.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { isRowMajor, isStored, storages } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { lowerMovedFirst } from "../movement.ts";

/** Picks columns of a table by constant positions, or entries of a constant list by each row's position. */
export const lowerArrayFeatureExtractor: Lower = (node, lowering) =>
  node.values[0]?.kind === "constant" ? pickEntries(node, lowering) : pickColumns(node, lowering);

/**
 * A list `[entries]` and positions of the row give a list `[1, …]`: a number for each position. Several lists
 * `[lists, entries]`, one for each target of a neighbours' model, give as many numbers for each.
 */
function pickEntries(node: LoweringNode, lowering: Lowering): Lowered {
  const list = constantInput(node, 0);
  const [, value] = node.values;
  const positions = value?.kind === "flat" ? value.elements : rowsInput(node, 1);
  const { dtype } = list;
  if (isOpaque(list) || !isStored(dtype)) unsupported(node, `its list is ${dtype}`);
  if (!isRowMajor(positions)) unsupported(node, "its positions are several lists of all rows");
  const size = list.shape.at(-1) ?? 0;
  const lists = list.data.length / Math.max(size, 1);
  if (lists !== 1 && list.shape.length !== 2) unsupported(node, "it picks from tables");
  const entries = list.dtype === "string" ? Int32Array.from(list.data, (text) => lowering.vocabulary.add(text)) : list.data;
  const table = lowering.memory.constant(entries);
  const { width } = positions;
  const output = lowering.allocate(dtype, width === 1 ? [lists, "rows"] : lists === 1 ? ["rows", width] : [lists, "rows", width]);
  return {
    outputs: [width === 1 ? output : { kind: "flat", elements: output }],
    emit: (emitter) => {
      const { fn } = emitter;
      const position = fn.local("i32");
      const entry = fn.local("i32");
      const target = fn.local("i32");
      /** The element's place behind so many lists of this size. */
      const behind = (list: Element, length: number, element: Element, place: Local): Element => {
        if (lists === 1) return element;
        emitter.position(list);
        fn.const("i32", length).op("i32.mul");
        emitter.position(element);
        fn.op("i32.add").set(place);
        return place;
      };
      emitter.eachRow([positions, output], () =>
        emitter.elements(width, (element) => {
          emitter.loadF64(positions, element);
          fn.op("i32.trunc_sat_f64_s").set(position);
          // Outside the list ONNX Runtime fails; a kernel stops.
          fn.get(position)
            .const("i32", size)
            .op("i32.ge_u")
            .if(() => fn.const("i32", 1).op("return"));
          emitter.elements(lists, (list) => {
            const from = behind(list, size, position, entry);
            const to = behind(list, width, element, target);
            emitter.store(output, to, () => emitter.loadConstant(dtype, table, from));
          });
        }),
      );
    },
  };
}

function pickColumns(node: LoweringNode, lowering: Lowering): Lowered {
  const input = rowsInput(node, 0);
  const columns = Array.from(constantInput(node, 1).data as ArrayLike<number>);
  // Of more than a table it picks along the last dimension.
  if (input.shape[0] !== "rows" || input.shape.length !== 2) return lowerMovedFirst(node, lowering);
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
