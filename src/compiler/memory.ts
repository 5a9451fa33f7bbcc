import type { NumericData } from "../tensor/dtype.ts";
import type { Segment } from "./artifact.ts";

const pageBytes = 65_536;
/** Wide enough for a 128-bit load, and for no two values to share a cache line's first half. */
const alignment = 16;

/**
 * Lays constants and buffers out in a kernel's linear memory. Addresses are fixed while the code is
 * written; the constants are copied in after the module is instantiated.
 */
export class MemoryPlan {
  // Address 0 stays free, so that a defect that reads through a null pointer reads no weights.
  #end = alignment;
  #constantBytes = 0;
  readonly #shared = new Map<number, readonly { readonly address: number; readonly data: Float32Array | Float64Array }[]>();
  readonly #constants: { readonly address: number; readonly data: NumericData }[] = [];

  /** Reserves `bytes` zeroed bytes and returns their address, a multiple of `alignedTo`. */
  reserve(bytes: number, alignedTo = alignment): number {
    const address = Math.ceil(this.#end / alignedTo) * alignedTo;
    this.#end = Math.ceil((address + bytes) / alignment) * alignment;
    return address;
  }

  /** Reserves room for `data` and returns its address, a multiple of `alignedTo`. */
  constant(data: NumericData, alignedTo = alignment): number {
    const address = this.reserve(data.byteLength, alignedTo);
    this.#constants.push({ address, data });
    this.#constantBytes += data.byteLength;
    return address;
  }

  /** As `constant`, once for equal data: a body's weights, say, that every step of it has again. Not to be written to afterwards. */
  shared(data: Float32Array | Float64Array): number {
    const known = this.#shared.get(data.byteLength) ?? [];
    const same = known.find((one) => one.data.constructor === data.constructor && areEqual(one.data, data));
    if (same !== undefined) return same.address;
    const address = this.constant(data);
    this.#shared.set(data.byteLength, [...known, { address, data }]);
    return address;
  }

  /** What rows and their intermediate values take, beside the constants. */
  get valueBytes(): number {
    return this.#end - this.#constantBytes;
  }

  get bytes(): number {
    return this.#end;
  }

  /** One spare page: vector loads at the very end of a buffer stay inside the memory. */
  get pages(): number {
    return Math.ceil(this.#end / pageBytes) + 1;
  }

  /** What the memory holds before the first run. */
  get constants(): readonly Segment[] {
    return this.#constants.map(({ address, data }) => ({ address, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }));
  }
}

/** The same bits, but for those of NaN. */
function areEqual(a: Float32Array | Float64Array, b: Float32Array | Float64Array): boolean {
  for (let index = 0; index < a.length; index++) if (!Object.is(a[index], b[index])) return false;
  return true;
}
