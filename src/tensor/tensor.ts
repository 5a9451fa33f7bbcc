import { SetosaError } from "../errors.ts";
import { allocate, type DataByDType, type DType } from "./dtype.ts";
import { elementCount, formatShape, type Shape } from "./shape.ts";

/** A dense array of one element type, row-major. */
export interface TensorOf<D extends DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DataByDType[D];
}

/** A tensor of any element type; `dtype` tells which. */
export type Tensor = { readonly [D in DType]: TensorOf<D> }[DType];

/**
 * A tensor over `data`, or over zeros.
 * @throws SetosaError MODEL_SHAPE_INVALID when `data` does not have as many elements as `shape`
 */
export function tensor<D extends DType>(dtype: D, shape: Shape, data?: DataByDType[D]): TensorOf<D> {
  const count = elementCount(shape);
  if (data !== undefined && data.length !== count)
    throw new SetosaError(
      "MODEL_SHAPE_INVALID",
      `A ${dtype} tensor of shape ${formatShape(shape)} needs ${count} elements and has ${data.length}.`,
    );
  return { dtype, shape, data: data ?? allocate(dtype, count) };
}
