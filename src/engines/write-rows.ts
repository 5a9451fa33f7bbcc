import type { TensorData } from "../tensor/dtype.ts";
import type { RowInput } from "./engine.ts";

/** Copies `count` rows of `source`, from its row `from` on, to the rows of `target` from `at` on. */
export function writeRows(
  target: Pick<RowInput, "data" | "width" | "vocabulary">,
  source: TensorData,
  from: number,
  count: number,
  at = 0,
): void {
  const { data, width, vocabulary } = target;
  const start = from * width;
  if (!Array.isArray(source) && !Array.isArray(data)) data.set(source.subarray(start, start + count * width), at * width);
  else
    for (let index = 0; index < count * width; index++) {
      const value = source[start + index] as string;
      data[at * width + index] = vocabulary === undefined ? value : (vocabulary.get(value) ?? -1);
    }
}
