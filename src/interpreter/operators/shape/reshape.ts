import { intAttribute } from "../../../graph/attributes.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { countOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, misfit, numericInput, requiredInput, unsupported } from "../../evaluate.ts";

/** Before this version the shape was an attribute. */
const shapeAsInput = 5;

/** The same elements in another shape: 0 keeps a dimension (unless `allowzero`), -1 is what is left. */
export const evaluateReshape: Evaluate = (call) => {
  if (call.opset < shapeAsInput) unsupported(call, `its form before opset ${shapeAsInput}`);
  const input = requiredInput(call, 0);
  const target = Array.from(numericInput(call, 1).data);
  const result: Tensor = { ...input, shape: resolve(call, target, input.shape) };
  return [result];
};

function resolve(call: Call, target: readonly number[], shape: readonly number[]): number[] {
  const allowZero = intAttribute(call.node, "allowzero", 0) !== 0;
  if (
    target.some((size) => size < -1) ||
    target.filter((size) => size === -1).length > 1 ||
    (allowZero && target.includes(0) && target.includes(-1))
  )
    malformed(call, `the target shape [${target.join(", ")}] is ambiguous`);
  const sizes = target.map((size, axis) =>
    size === 0 && !allowZero ? (shape[axis] ?? misfit(call, `the target shape keeps dimension ${axis}`)) : size,
  );
  const count = countOf(shape);
  const known = countOf(sizes.filter((size) => size !== -1));
  const resolved = sizes.map((size) => (size === -1 ? (known === 0 ? 0 : count / known) : size));
  if (!resolved.every(Number.isInteger) || countOf(resolved) !== count) misfit(call, `the target shape is [${target.join(", ")}]`);
  return resolved;
}
