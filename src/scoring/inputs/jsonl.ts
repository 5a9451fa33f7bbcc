import { SetosaError } from "../../errors.ts";
import type { FeatureDType } from "../../graph/signature.ts";
import type { Model } from "../../models/model.ts";
import { parseJsonBody } from "../../protocols/json-body.ts";
import type { Block, KeptColumn, SkipRow } from "../block.ts";
import type { ColumnType, Job } from "../job.ts";
import type { ScoringSettings } from "../settings.ts";
import { noTurns } from "../turns.ts";

/** A row is flat. */
const mostDepth = 16;

const types: Readonly<Record<FeatureDType, ColumnType>> = {
  float32: "float64",
  float64: "float64",
  int64: "int64",
  bool: "bool",
  string: "text",
};

/** JSON Lines: on each line a row, as an object of features or as a list of values in the features' order. */
export class JsonLinesInput {
  readonly #model: Model;
  readonly #known: ReadonlySet<string>;
  readonly #settings: ScoringSettings;

  constructor(model: Model, settings: ScoringSettings) {
    this.#model = model;
    this.#known = new Set(model.signature.features.map(({ name }) => name));
    this.#settings = settings;
  }

  read(job: Extract<Job, { kind: "text" }>, skip: SkipRow | undefined): Block[] {
    const rows: unknown[] = [];
    const lines: number[] = [];
    const { bytes } = job;
    let line = job.line;
    for (let from = 0; from < bytes.length; line++) {
      const end = bytes.indexOf(0x0a, from);
      const to = end < 0 ? bytes.length : end;
      const text = bytes.subarray(from, to);
      from = to + 1;
      if (isBlank(text)) continue;
      try {
        rows.push(this.#row(text, line));
        lines.push(line);
      } catch (error) {
        if (skip === undefined) throw error;
        skip(error, `line ${line}`);
      }
    }
    const { extraColumns, keepColumns } = this.#settings;
    const taken = extraColumns === "refuse" ? rows : rows.map((row) => this.#withoutExtras(row));
    const block: Block = {
      rows: rows.length,
      answer: (from, count) => this.#model.answerManyRows(taken.slice(from, from + count), "", noTurns, {}),
      place: (row) => `line ${lines[row]}`,
      kept: [],
    };
    return [keepColumns ? { ...block, kept: this.#kept(rows), object: (row) => this.#named(rows[row]) } : block];
  }

  #row(text: Uint8Array, line: number): unknown {
    let row: unknown;
    try {
      row = parseJsonBody(text, mostDepth);
    } catch (error) {
      if (!(error instanceof SetosaError)) throw error;
      throw new SetosaError(error.code, error.message, {
        path: `line ${line}`,
        hint: error.hint ?? "Write one JSON object on each line.",
        cause: error,
      });
    }
    if (typeof row === "object" && row !== null) return row;
    throw new SetosaError(
      "BODY_SHAPE_INVALID",
      `Line ${line} is ${row === null ? "null" : `a ${typeof row}`}, and not a row of features.`,
      {
        path: `line ${line}`,
        hint: "Write one JSON object on each line.",
      },
    );
  }

  #withoutExtras(row: unknown): unknown {
    if (Array.isArray(row)) return row;
    return Object.fromEntries(Object.entries(row as object).filter(([name]) => this.#known.has(name)));
  }

  #named(row: unknown): Readonly<Record<string, unknown>> {
    if (!Array.isArray(row)) return row as Record<string, unknown>;
    return Object.fromEntries(this.#model.signature.features.map(({ name }, index) => [name, row[index] as unknown]));
  }

  #kept(rows: readonly unknown[]): KeptColumn[] {
    const { features } = this.#model.signature;
    const valueAt = (row: number, name: string, position: number): unknown => {
      const values = rows[row] as Record<string, unknown> | unknown[];
      const value = Array.isArray(values) ? values[position] : Object.hasOwn(values, name) ? values[name] : undefined;
      return value ?? null;
    };
    return [
      ...features.map(({ name, dtype }, position): KeptColumn => ({ name, type: types[dtype], at: (row) => valueAt(row, name, position) })),
      ...(this.#settings.input.extraKeys ?? []).map((name): KeptColumn => ({ name, type: "text", at: (row) => valueAt(row, name, -1) })),
    ];
  }
}

function isBlank(text: Uint8Array): boolean {
  return text.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
