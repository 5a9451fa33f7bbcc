import { allocate } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

/** The shape of two operands together: aligned at the last dimension, a dimension of 1 repeated. Undefined where they do not fit. */
export function broadcastShape(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** For every element of `shape`, row-major, the position of the element of `operand` that stands there. */
export function broadcastPositions(operand: Shape, shape: Shape): Float64Array {
  let positions: Float64Array = Float64Array.of(0);
  let stride = operand.reduce((product, size) => product * size, 1);
  shape.forEach((size, axis) => {
    const own = operand[axis - shape.length + operand.length] ?? 1;
    stride = own === 0 ? 0 : stride / own;
    const step = own === 1 ? 0 : stride;
    const wider = allocate("float64", positions.length * size);
    for (let index = 0; index < wider.length; index++) wider[index] = (positions[Math.floor(index / size)] ?? 0) + (index % size) * step;
    positions = wider;
  });
  return positions;
}
