import { ArrowReader } from "../../../../src/protocols/predict/arrow/reader.ts";
import { type OutputColumn, writeBatch, writeEnd, writeSchema } from "../../../../src/protocols/predict/arrow/writer.ts";
import { send } from "../send.ts";
import { type Asked, classesOf, type Said, type Way } from "./ways.ts";

const type = "application/vnd.apache.arrow.stream";

/**
 * Arrow in and out, by this repository's own reader and writer: that these are pyarrow's is what the fixtures of test/fixtures/arrow
 * and their tests show.
 */
export const arrowWay: Way = {
  name: "/predict, Arrow",
  ask: async ({ port }, asked) => {
    const body = Buffer.concat(written(asked));
    const path = `/models/${asked.model.name}/predict`;
    const answer = await send(port, { method: "POST", path, headers: { "content-type": type, accept: type }, body });
    if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${Buffer.from(answer.body).toString("utf8", 0, 500)}`);
    return read(asked, answer.body);
  },
};

/** A missing number is NaN, a missing text is empty, as in tensors: the writer has no nulls. */
function written({ model, rows }: Asked): Uint8Array[] {
  const { features } = model.signature;
  const texts = features.map((_, index) => [...new Set(rows.map((row) => String(row[index] ?? "")))]);
  const columns = features.map(
    ({ name, dtype }, index): OutputColumn => ({
      name,
      type: dtype === "string" ? { texts: texts[index] ?? [] } : dtype === "float64" ? "float64" : "float32",
    }),
  );
  const bytes = features.map(({ dtype }, index) => {
    const values = rows.map((row) => row[index] ?? null);
    const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
    if (dtype === "string") return bytesOf(Int32Array.from(values, (value) => (texts[index] ?? []).indexOf(String(value ?? ""))));
    return bytesOf(dtype === "float64" ? Float64Array.from(numbers) : Float32Array.from(numbers));
  });
  return [...writeSchema(columns), ...writeBatch(rows.length, columns, bytes), writeEnd()];
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array | Float64Array): Uint8Array[] {
  return [new Uint8Array(buffer, byteOffset, byteLength)];
}

/** The prediction, and where it is a class the probability of each. */
function read({ model }: Asked, bytes: Uint8Array): Said {
  const classes = classesOf(model);
  const names = ["prediction", ...classes.map((label) => `probabilities.${String(label)}`)];
  const reader = new ArrowReader(names.map((name, column) => ({ name, input: "answer", column, dtype: "float32", missing: true })));
  reader.add(bytes);
  const table: unknown[][] = [];
  for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
    const { rows, columns } = batch;
    for (let row = 0; row < rows; row++) table.push(columns.map((column) => column?.at(row)));
  }
  reader.end();
  const labels = table.map(([label]) => label);
  return classes.length === 0 ? { labels } : { labels, scores: table.map(([, ...scores]) => scores.map(Number)) };
}
