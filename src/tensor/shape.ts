import { SetosaError } from "../errors.ts";
import { maxElements } from "./dtype.ts";

/** Dimensions of a tensor whose size is known, outermost first. */
export type Shape = readonly number[];

/** Dimensions as a model declares them: a number, a named unknown (`"batch"`), or null. */
export type DeclaredShape = readonly (number | string | null)[];

/**
 * The number of elements of `shape`, checked before anything is allocated.
 * @throws SetosaError MODEL_SHAPE_INVALID for a negative, fractional or too large dimension
 */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0)
      throw new SetosaError("MODEL_SHAPE_INVALID", `A shape has the dimension ${dimension}: ${formatShape(shape)}.`);
    count *= dimension;
    if (count > maxElements)
      throw new SetosaError("MODEL_SHAPE_INVALID", `A tensor of shape ${formatShape(shape)} is larger than 2^28 elements.`);
  }
  return count;
}

/** `[batch, 4]`; an unnamed unknown dimension prints as `?`. */
export function formatShape(shape: DeclaredShape): string {
  return `[${shape.map((dimension) => dimension ?? "?").join(", ")}]`;
}
