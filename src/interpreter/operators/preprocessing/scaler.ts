import { floatsAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, misfit } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";

/** (x - offset) · scale as float32. A float32 difference is rounded before it is scaled; other types are scaled in float64. */
export const evaluateScaler: Evaluate = (call) => {
  const { input, columns } = tableInput(call);
  const offsets = floatsAttribute(call.node, "offset") ?? Float32Array.of(0);
  const scales = floatsAttribute(call.node, "scale") ?? Float32Array.of(1);
  for (const { length } of [offsets, scales]) if (length !== columns && length !== 1) misfit(call, `it scales ${length} columns`);
  const round = input.dtype === "float32" ? Math.fround : (value: number): number => value;
  const element = (index: number): number => {
    const column = index % columns;
    const offset = offsets[offsets.length === 1 ? 0 : column] ?? 0;
    const scale = scales[scales.length === 1 ? 0 : column] ?? 1;
    return round((input.data[index] ?? 0) - offset) * scale;
  };
  return [resultOf(call, "float32", input.shape, element)];
};
