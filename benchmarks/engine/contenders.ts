import * as ort from "onnxruntime-node";
import type { Model, Row } from "../../src/models/model.ts";

/** Predicts row number `row` of the benchmark's rows and gives one of its numbers, so that no work can be dropped. */
export interface Contender {
  readonly name: string;
  readonly predict: (row: number) => number | Promise<number>;
}

/** The compiled kernel through the typed-array form: features in, label and scores out. */
export function rawContender(model: Model, rows: readonly (readonly number[])[], dtype: "float32" | "float64"): Contender {
  const values = rows.map((row) => (dtype === "float32" ? Float32Array.from(row) : Float64Array.from(row)));
  return { name: "setosa, typed array", predict: (row) => model.predictRaw(values[row] as Float32Array).scores?.[0] ?? 0 };
}

/** The library as people call it: an object by feature name in, an object with every probability out. */
export function objectContender(model: Model, rows: readonly Row[]): Contender {
  return {
    name: "setosa, predict(object)",
    predict: (row) => {
      const { prediction } = model.predict(rows[row] as Row);
      return typeof prediction === "number" ? prediction : 1;
    },
  };
}

/** `onnxruntime-node` in this thread, with the settings that are best for one row: one thread, no spinning. */
export async function ortContender(
  bytes: Uint8Array,
  rows: readonly (readonly number[])[],
  dtype: "float32" | "float64",
): Promise<Contender> {
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const [input = ""] = session.inputNames;
  const output = session.outputNames.at(-1) ?? "";
  const values = rows.map((row) => (dtype === "float32" ? Float32Array.from(row) : Float64Array.from(row)));
  return {
    name: "onnxruntime-node run()",
    predict: async (row) => {
      const data = values[row] as Float32Array;
      const results = await session.run({ [input]: new ort.Tensor(dtype, data as never, [1, data.length]) });
      return Number(results[output]?.data[0] ?? 0);
    },
  };
}
