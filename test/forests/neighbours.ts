/** The floats next to a float, found by their bits: on purpose not with the code that is tested. */

export type Precision = "float32" | "float64";

const buffer = new DataView(new ArrayBuffer(8));

/** The value `steps` floats further up (down when negative). NaN and the infinities' far sides are left as they are. */
export function neighbour(value: number, steps: number, precision: Precision): number {
  if (Number.isNaN(value)) return value;
  return precision === "float32" ? neighbour32(value, steps) : neighbour64(value, steps);
}

function neighbour32(value: number, steps: number): number {
  buffer.setFloat32(0, value);
  const bits = buffer.getInt32(0);
  // Ordered: 0 and -0 are both 0, negative floats count down.
  const order = (bits < 0 ? -(bits & 0x7fffffff) : bits) + steps;
  if (Math.abs(order) > 0x7f800000) return value;
  buffer.setInt32(0, order < 0 ? -order | 0x80000000 : order);
  return buffer.getFloat32(0);
}

function neighbour64(value: number, steps: number): number {
  buffer.setFloat64(0, value);
  const bits = buffer.getBigInt64(0);
  const sign = 0x8000000000000000n;
  const order = (bits < 0n ? -(BigInt.asUintN(64, bits) & ~sign) : bits) + BigInt(steps);
  if ((order < 0n ? -order : order) > 0x7ff0000000000000n) return value;
  buffer.setBigUint64(0, order < 0n ? -order | sign : order);
  return buffer.getFloat64(0);
}
