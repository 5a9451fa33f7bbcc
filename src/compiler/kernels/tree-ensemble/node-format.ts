import type { Emitter } from "../../emitter.ts";
import type { Local } from "../../wasm/function.ts";
import type { Features } from "./features.ts";
import type { Forest } from "./forest.ts";
import { rankOf, type Thresholds } from "./thresholds.ts";

/** How a split lies in memory, and how a row is compared with it. */
export interface NodeFormat {
  /** Bytes of a split among others of its kind, a power of two. */
  readonly bytes: number;
  /** Bytes of a split that it uses, behind which a linked node has its upper child's address. */
  readonly used: number;
  /** Writes a split at the byte offset `at`. */
  readonly write: (view: DataView, at: number, feature: number, threshold: number, missingLower: boolean) => void;
  /** Writes a split that sends every row to its upper child. */
  readonly writeEnd: (view: DataView, at: number) => void;
  /** The same for all splits of a table, each `bytes` long. */
  readonly fillEnds: (table: ArrayBuffer) => void;
  /** Leaves 1 on the stack when the row goes to the lower child of the node at `node` + `offset`, else 0. */
  readonly emitGoesLower: (emitter: Emitter, node: Local, offset: number) => void;
}

/** float32: the feature's byte offset and the threshold, 8 bytes. float64: the threshold, the offset and 4 unused bytes. NaN goes up. */
export function floatFormat(precision: Forest["precision"], { columns, offset }: Features): NodeFormat {
  const isSingle = precision === "float32";
  const f = isSingle ? "f32" : "f64";
  const [slotAt, thresholdAt] = isSingle ? [0, 4] : [8, 0];
  const writeThreshold = (view: DataView, at: number, threshold: number): void => {
    if (isSingle) view.setFloat32(at + thresholdAt, threshold, true);
    else view.setFloat64(at + thresholdAt, threshold, true);
  };
  return {
    bytes: isSingle ? 8 : 16,
    used: isSingle ? 8 : 12,
    write: (view, at, feature, threshold, missingLower) => {
      view.setInt32(at + slotAt, offset(feature, missingLower), true);
      writeThreshold(view, at, threshold);
    },
    writeEnd: (view, at) => writeThreshold(view, at, Number.NaN),
    // 2^1021 is a zero in its lower half, the offset, and a float32 NaN in its upper one; a float64 NaN has zeros in its lower half.
    fillEnds: (table) => void new Float64Array(table).fill(isSingle ? 2 ** 1021 : Number.NaN),
    emitGoesLower: (emitter, node, nodeOffset) => {
      const { fn } = emitter;
      fn.get(node).memory("i32.load", nodeOffset + slotAt);
      emitAtRow(emitter, columns);
      fn.memory(`${f}.load`, columns.address);
      fn.get(node)
        .memory(`${f}.load`, nodeOffset + thresholdAt)
        .op(`${f}.le`);
    },
  };
}

/**
 * Four bytes: the threshold's rank + 1, and below it the feature's byte offset, in 16 bits each. The row holds its ranks in
 * the upper halves and ones in the lower ones, so that one comparison of whole words tells whether rank <= threshold's rank.
 */
export function rankedFormat(thresholds: Thresholds, { columns, offset }: Features): NodeFormat {
  return {
    bytes: 4,
    used: 4,
    write: (view, at, feature, threshold, missingLower) => {
      const rank = rankOf(thresholds.get(feature) as Float64Array, threshold);
      view.setUint16(at, offset(feature, missingLower), true);
      view.setUint16(at + 2, rank + 1, true);
    },
    writeEnd: (view, at) => view.setInt32(at, 0, true),
    fillEnds: (table) => void new Uint8Array(table).fill(0),
    emitGoesLower: (emitter, node, nodeOffset) => {
      const { fn } = emitter;
      fn.get(node).memory("i32.load16_u", nodeOffset);
      emitAtRow(emitter, columns);
      fn.memory("i32.load", columns.address);
      fn.get(node).memory("i32.load", nodeOffset).op("i32.lt_u");
    },
  };
}

/** Adds the row's own offset, where there are several rows. */
function emitAtRow(emitter: Emitter, columns: Features["columns"]): void {
  if (emitter.rows === undefined) return;
  emitter.pointer(columns);
  emitter.fn.op("i32.add");
}
