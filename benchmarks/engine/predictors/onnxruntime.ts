import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-node";
import type { InProcess } from "./in-process.ts";
import type { Rows } from "./rows.ts";

type Feeds = Record<string, ort.Tensor>;

/** `onnxruntime-node` in this thread, with the settings that are best for one row: one thread, no spinning. */
export async function onnxruntimeForm(folder: string, { count, numbers, objects }: Rows): Promise<InProcess> {
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(`${folder}/model.onnx`)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const output = session.outputNames.at(-1) ?? "";
  const types = session.inputMetadata.map((input) => ("type" in input ? input.type : "float32"));

  const feedsOf = (from: number, rows: number): Feeds => {
    if (numbers !== undefined) {
      const width = numbers.length / count;
      const values = numbers.slice(from * width, (from + rows) * width);
      const tensor =
        types[0] === "float64"
          ? new ort.Tensor("float64", Float64Array.from(values), [rows, width])
          : new ort.Tensor(values, [rows, width]);
      return { [session.inputNames[0] ?? ""]: tensor };
    }
    const names = Object.keys(objects[0] ?? {});
    return Object.fromEntries(
      session.inputNames.map((input, position) => {
        const column = objects.slice(from, from + rows).map((object) => object[names[position] ?? ""]);
        return [input, columnTensor(types[position] ?? "float32", column)];
      }),
    );
  };
  // A tensor made anew for every prediction is a part of what a caller pays: its data are there already.
  const data = Array.from({ length: count }, (_, row) => feedsOf(row, 1));
  const all = feedsOf(0, count);
  const names = session.inputNames;
  const fresh = (feeds: Feeds): Feeds => {
    const made: Feeds = {};
    for (const name of names) {
      const tensor = feeds[name] as ort.Tensor;
      made[name] = new ort.Tensor(tensor.type, tensor.data as never, tensor.dims);
    }
    return made;
  };
  const run = async (feeds: Feeds): Promise<ArrayLike<number>> => {
    const results = await session.run(fresh(feeds));
    return results[output]?.data as ArrayLike<number>;
  };
  return {
    one: async (calls, from) => {
      let sum = 0;
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1)
        sum += (await run(data[row] as Feeds))[0] as number;
      return sum;
    },
    many: async () => (await run(all))[0] as number,
    scores: (row) => run(row === undefined ? all : (data[row] as Feeds)),
  };
}

function columnTensor(type: string, column: readonly unknown[]): ort.Tensor {
  const dims = [column.length, 1];
  if (type === "string") return new ort.Tensor("string", column as string[], dims);
  const values = column.map((value) => (value === null ? Number.NaN : Number(value)));
  return type === "float64" ? new ort.Tensor("float64", Float64Array.from(values), dims) : new ort.Tensor(Float32Array.from(values), dims);
}
