import { expect, it } from "vitest";
import { ArrowReader } from "./reader.ts";
import { type OutputColumn, writeBatch, writeEnd, writeSchema } from "./writer.ts";

it.each([1, 5, 13, 200])("writes schemas of %s columns, whatever room they take", (count) => {
  const columns = Array.from(
    { length: count },
    (_, index): OutputColumn => ({ name: `a column with a long name, ${index}`, type: "float32" }),
  );
  const bytes = columns.map((_, index) => [new Uint8Array(Float32Array.of(index, index + 0.5).buffer)]);
  const reader = new ArrowReader(columns.map(({ name }, column) => ({ name, input: "x", column, dtype: "float32", missing: false })));
  reader.add(Buffer.concat([...writeSchema(columns), ...writeBatch(2, columns, bytes), writeEnd()]));
  const batch = reader.next();
  expect(reader.next()).toBeUndefined();
  reader.end();
  expect(batch?.rows).toBe(2);
  expect(batch?.columns.map((column) => column?.at(1))).toEqual(columns.map((_, index) => index + 0.5));
});
