import { existsSync, readFileSync } from "node:fs";
import type { Signature } from "../../../src/graph/signature.ts";
import type { Row } from "../../../src/models/model.ts";

/** The rows that a model is measured with. */
export interface Rows {
  readonly count: number;
  /** All numbers, row by row; undefined where some are texts. */
  readonly numbers: Float32Array | undefined;
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

export function readRows(folder: string, features: number, count: number, signature: Signature): Rows {
  if (existsSync(`${folder}/rows.json`)) {
    const objects = JSON.parse(readFileSync(`${folder}/rows.json`, "utf8")) as Readonly<Record<string, unknown>>[];
    return { count, numbers: undefined, objects };
  }
  const bytes = readFileSync(`${folder}/rows.f32`);
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  // Objects of ten thousand features are nothing that anybody predicts from.
  const objects = features > 1000 ? [] : Array.from({ length: count }, (_, row) => objectOf(numbers, row, signature));
  return { count, numbers, objects };
}

function objectOf(numbers: Float32Array, row: number, { features }: Signature): Record<string, unknown> {
  const from = row * features.length;
  return Object.fromEntries(
    features.map(({ name }, column) => {
      const value = numbers[from + column] as number;
      return [name, Number.isNaN(value) ? null : value];
    }),
  );
}

export function asRow(object: Readonly<Record<string, unknown>> | undefined): Row {
  return object as Row;
}
