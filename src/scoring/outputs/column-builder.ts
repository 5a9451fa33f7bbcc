import { SetosaError } from "../../errors.ts";
import type { ColumnParts } from "../../protocols/predict/arrow/writer.ts";
import type { KeptColumn } from "../block.ts";
import type { ColumnType, WrittenColumn } from "../job.ts";

const encoder = new TextEncoder();

/** Collects the values of a column of the input. */
export class ColumnBuilder {
  readonly name: string;
  readonly #type: ColumnType;
  readonly #values: unknown[] = [];
  #nulls = 0;

  constructor({ name, type }: KeptColumn) {
    this.name = name;
    this.#type = type;
  }

  add(column: KeptColumn, from: number, count: number): void {
    for (let row = from; row < from + count; row++) {
      const value = this.#checked(column.at(row));
      if (value === null) this.#nulls++;
      this.#values.push(value);
    }
  }

  /** As Arrow has them. */
  parts(): ColumnParts {
    const rows = this.#values.length;
    const valid = this.#nulls === 0 ? undefined : Uint8Array.from(this.#values, (value) => (value === null ? 0 : 1));
    switch (this.#type) {
      case "text": {
        const texts = this.#values.map((value) => (value === null ? new Uint8Array(0) : encoder.encode(String(value))));
        const offsets = new Int32Array(rows + 1);
        for (const [index, text] of texts.entries()) offsets[index + 1] = (offsets[index] as number) + text.length;
        return { valid, offsets: new Uint8Array(offsets.buffer), values: texts };
      }
      case "bool":
        return { valid, values: [Uint8Array.from(this.#values, (value) => (value === true ? 1 : 0))] };
      case "int64":
        return { valid, values: [bytesOf(BigInt64Array.from(this.#values, (value) => BigInt((value as number | null) ?? 0)))] };
      case "float32":
        return { valid, values: [bytesOf(Float32Array.from(this.#values, (value) => (value as number | null) ?? 0))] };
      case "float64":
        return { valid, values: [bytesOf(Float64Array.from(this.#values, (value) => (value as number | null) ?? 0))] };
    }
  }

  /** As Parquet's writer takes them. */
  column(): WrittenColumn {
    const [name, type, nullable] = [this.name, this.#type, true];
    if (type === "int64")
      return { name, type, nullable, data: this.#values.map((value) => (value === null ? null : BigInt(value as number))) };
    return { name, type, nullable, data: this.#values };
  }

  /** Of whole numbers, booleans and texts what they can hold. */
  #checked(value: unknown): unknown {
    if (value === null || value === undefined) return null;
    const type = this.#type;
    if (type === "text") return typeof value === "string" ? value : JSON.stringify(value);
    // Categories that are numbers may come as booleans and the other way round: the model takes both.
    if (type === "bool" && (typeof value === "boolean" || value === 0 || value === 1)) return Boolean(value);
    const number = typeof value === "boolean" ? Number(value) : value;
    if (typeof number === "number" && (type !== "int64" || Number.isSafeInteger(number))) return number;
    throw new SetosaError(
      "FEATURE_TYPE_INVALID",
      `The column ${JSON.stringify(this.name)} holds ${JSON.stringify(value)}, which is no ${type}.`,
      {
        hint: "Write CSV or JSON Lines, which hold any value, or leave --keep-columns out.",
      },
    );
  }
}

function bytesOf({ buffer }: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(buffer);
}
