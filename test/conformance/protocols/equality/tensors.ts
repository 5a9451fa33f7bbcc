import type { Model } from "../../../../src/index.ts";
import type { Asked } from "./ways.ts";

const datatypes = { float32: "FP32", float64: "FP64", int64: "INT64", bool: "BOOL", string: "BYTES" } as const;

/** The rows as the graph's inputs: what clients of tensors send. A missing number is NaN, a missing text is empty. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

export function inputTensors({ model, rows }: Asked): InputTensor[] {
  return model.graph.inputs.map(({ name, dtype, shape }) => {
    const columns = model.signature.features.flatMap((feature, index) =>
      feature.input === name ? [{ index, column: feature.column }] : [],
    );
    columns.sort((a, b) => a.column - b.column);
    const values = rows.flatMap((row) => columns.map(({ index }) => row[index] ?? (dtype === "string" ? "" : Number.NaN)));
    const own = shape.length < 2 ? [rows.length] : [rows.length, columns.length];
    return { name, datatype: datatypes[dtype as keyof typeof datatypes], shape: own, values };
  });
}

/** Little-endian, row by row; a text with its length before it. */
export function tensorBytes({ datatype, values }: Pick<InputTensor, "datatype" | "values">): Buffer {
  const parts = values.map((value) => {
    if (typeof value === "string") {
      const text = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return Buffer.concat([length, text]);
    }
    const bytes = Buffer.alloc(datatype === "FP32" ? 4 : 8);
    if (datatype === "FP32") bytes.writeFloatLE(value);
    else bytes.writeDoubleLE(value);
    return bytes;
  });
  return Buffer.concat(parts);
}

/** A tensor of an answer, from its bytes. */
export function readTensor(datatype: string, bytes: Uint8Array): (number | string)[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: (number | string)[] = [];
  for (let at = 0; at < view.length; ) {
    if (datatype === "BYTES") {
      const length = view.readUInt32LE(at);
      values.push(view.toString("utf8", at + 4, at + 4 + length));
      at += 4 + length;
    } else if (datatype === "FP32") {
      values.push(view.readFloatLE(at));
      at += 4;
    } else {
      values.push(Number(view.readBigInt64LE(at)));
      at += 8;
    }
  }
  return values;
}

/** The graph's outputs as labels and scores. */
export function saidByTensors({ signature: { task }, graph }: Model, rows: number, tensors: ReadonlyMap<string, readonly unknown[]>) {
  const scoresOf = (name: string): number[][] => {
    const all = tensors.get(name) ?? [];
    const width = all.length / rows;
    return Array.from({ length: rows }, (_, row) => all.slice(row * width, (row + 1) * width).map((value) => Math.fround(Number(value))));
  };
  if (!("label" in task) || !("classes" in task)) return { labels: scoresOf(graph.outputs[0]?.name ?? "").map(([value]) => value) };
  const labels = (tensors.get(task.label) ?? []).map((label) => task.classes[task.labels.indexOf(label as string)]);
  return task.scores === undefined ? { labels } : { labels, scores: scoresOf(task.scores) };
}
