import { type OutputColumn, writeBatch, writeEnd, writeSchema } from "../../../src/protocols/predict/arrow/writer.ts";

/** The features of iris, and rows that go through the range of each. */
export const features = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ranges = [
  [4.3, 7.9],
  [2, 4.4],
  [1, 6.9],
  [0.1, 2.5],
] as const;

/** Tenths, as in the data that the model was trained on. */
export function value(row: number, column: number): number {
  const [least, most] = ranges[column] as readonly [number, number];
  const steps = Math.round((most - least) * 10) + 1;
  return Math.round(least * 10 + ((Math.imul(row + 1, 2_654_435_761 + column * 40_503) >>> 8) % steps)) / 10;
}

/** CSV with a header, some thousand rows at a time. */
export function* csvBody(rows: number): Generator<Buffer> {
  yield Buffer.from(`${features.join(",")}\n`);
  for (let from = 0; from < rows; from += 4096) {
    let text = "";
    for (let row = from; row < Math.min(rows, from + 4096); row++)
      text += `${value(row, 0)},${value(row, 1)},${value(row, 2)},${value(row, 3)}\n`;
    yield Buffer.from(text);
  }
}

/** An Arrow stream of float64 columns, with record batches of so many rows. */
export function* arrowBody(rows: number, batchRows: number): Generator<Uint8Array> {
  const columns = features.map((name): OutputColumn => ({ name, type: "float64" }));
  yield* writeSchema(columns);
  for (let from = 0; from < rows; from += batchRows) {
    const count = Math.min(batchRows, rows - from);
    const values = features.map((_, column) => {
      const numbers = Float64Array.from({ length: count }, (_, row) => value(from + row, column));
      return [new Uint8Array(numbers.buffer)];
    });
    yield* writeBatch(count, columns, values);
  }
  yield writeEnd();
}
