import { intAttribute } from "../../../graph/attributes.ts";
import { allocate } from "../../../tensor/dtype.ts";
import type { Emitter } from "../../emitter.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, type RowsValue, type StoredDType, storages } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { lowerMovedFirst } from "../movement.ts";

/** Constant positions move elements; positions of the row look a constant up. */
export const lowerGather: Lower = (node, lowering) => {
  if (node.values[1]?.kind !== "rows") return lowerMovedFirst(node, lowering);
  return lookUp(node, lowering);
};

/** The slices of a constant along its first axis that the row's positions name. */
function lookUp(node: LoweringNode, lowering: Lowering): Lowered {
  const source = constantInput(node, 0);
  const positions = rowsInput(node, 1);
  if (intAttribute(node, "axis", 0) !== 0 || source.shape.length < 1) unsupported(node, "it looks up another axis than the first");
  if (!isStored(source.dtype)) unsupported(node, `its input is ${source.dtype}`);
  const size = source.shape[0] as number;
  const inner = source.data.length / Math.max(size, 1);
  const table = lowering.memory.constant(storedData(source.dtype, source.data, lowering));
  const output = lowering.allocate(source.dtype, [...positions.shape, ...source.shape.slice(1)]);
  const { log2Bytes } = storages[source.dtype];
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const at = fn.local("i32");
      const from = fn.local("i32");
      emitter.eachRow([positions, output], () =>
        emitter.elements(positions.width, (element) => {
          emitPosition(emitter, positions, element, size, at);
          fn.get(at).const("i32", inner).op("i32.mul").set(from);
          emitter.elements(inner, (slice) => {
            const to = fn.local("i32");
            emitter.position(element);
            fn.const("i32", inner).op("i32.mul");
            emitter.position(slice);
            fn.op("i32.add").set(to);
            emitter.store(output, to, () => {
              fn.get(from);
              emitter.position(slice);
              fn.op("i32.add").const("i32", log2Bytes).op("i32.shl").memory(storages[output.dtype].load, table);
            });
          });
        }),
      );
    },
  };
}

/** Sets `at` to a position that counts from the end where it is negative; stops the kernel where there is none. */
function emitPosition(emitter: Emitter, positions: RowsValue, element: number | Local, size: number, at: Local): void {
  const { fn } = emitter;
  emitter.loadF64(positions, element);
  fn.op("i32.trunc_sat_f64_s").set(at);
  fn.get(at).const("i32", size).op("i32.add").get(at).get(at).const("i32", 0).op("i32.lt_s", "select").set(at);
  fn.get(at).const("i32", size).op("i32.ge_u");
  fn.if(() => fn.const("i32", 1).op("return"));
}

function storedData(
  dtype: StoredDType,
  data: ArrayLike<number | string>,
  lowering: Lowering,
): Exclude<ReturnType<typeof allocate>, string[]> {
  const values = Array.from(data, (value) => (typeof value === "string" ? lowering.vocabulary.add(value) : value));
  const table = dtype === "string" ? new Int32Array(values.length) : allocate(dtype, values.length);
  table.set(values);
  return table;
}

/** Constant positions move elements; positions of the row pick from the row's only axis. */
export const lowerGatherElements: Lower = (node, lowering) => {
  if (node.values[1]?.kind !== "rows") return lowerMovedFirst(node, lowering);
  const input = rowsInput(node, 0);
  const positions = rowsInput(node, 1);
  const rank = input.shape.length;
  const axis = intAttribute(node, "axis", 0);
  if (rank !== 2 || positions.shape.length !== 2 || input.shape[0] !== "rows" || (axis !== 1 && axis !== -1))
    unsupported(node, "it picks along another axis than the columns of a table");
  const output = lowering.allocate(input.dtype, positions.shape, input.open);
  return {
    outputs: [output],
    emit: (emitter) => {
      const at = emitter.fn.local("i32");
      emitter.eachRow([input, positions, output], () =>
        emitter.elements(positions.width, (element) => {
          emitPosition(emitter, positions, element, input.width, at);
          emitter.store(output, element, () => emitter.load(input, at));
        }),
      );
    },
  };
};
