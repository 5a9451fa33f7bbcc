import type { Shape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Call, malformed, misfit, requiredInput, unsupported } from "../../evaluate.ts";

/** Before this version operands were aligned by an attribute, not by numpy's rules. */
const numpyBroadcasting = 7;

/** Operands brought to one shape. */
export interface Operands {
  readonly tensors: readonly Tensor[];
  readonly shape: Shape;
  /** For each operand, the position of the element that stands at each element of `shape`. */
  readonly positions: readonly Float64Array[];
}

/** All inputs of the node, repeated to one shape as numpy does. */
export function operands(call: Call): Operands {
  if (call.opset < numpyBroadcasting) unsupported(call, `its form before opset ${numpyBroadcasting}`);
  const tensors = call.inputs.map((_, position) => requiredInput(call, position));
  const [first] = tensors;
  if (first === undefined) malformed(call, "it has no inputs");
  const shape = tensors.reduce<Shape>(
    (joined, tensor) => broadcastShape(joined, tensor.shape) ?? misfit(call, "their dimensions differ"),
    first.shape,
  );
  return { tensors, shape, positions: tensors.map((tensor) => broadcastPositions(tensor.shape, shape)) };
}

/** The one element type of all operands. */
export function commonDType(call: Call, tensors: readonly Tensor[]): Tensor["dtype"] {
  const dtypes = new Set(tensors.map(({ dtype }) => dtype));
  const [dtype] = dtypes;
  if (dtype === undefined || dtypes.size > 1) malformed(call, `its operands are ${[...dtypes].join(" and ")}`);
  return dtype;
}
