import { SetosaError } from "../errors.ts";
import type { Feature } from "../graph/signature.ts";
import { suggest } from "../models/suggest.ts";

/** A list of rows, and where it stands in the body. */
export interface ListedRows {
  readonly rows: readonly unknown[];
  readonly path: string;
  /** Of rows that are lists in the features' order now, and were something else in the body: an error's path names the feature. */
  readonly reordered?: readonly Feature[] | undefined;
}

/**
 * Rows as clients with data frames send them: where a row lacks a value that the model can do without, it is missing, and columns that no
 * feature has are left out. A row that needs neither stays what it is; so does one that lacks more, for the model to say what.
 */
export function lenientRows(list: readonly unknown[], features: readonly Feature[]): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const row = list[index];
    const lenient = typeof row !== "object" || row === null || Array.isArray(row) ? row : lenientRow(row, features);
    if (lenient !== row) changed ??= list.slice(0, index);
    changed?.push(lenient);
  }
  return changed ?? list;
}

function lenientRow(row: object, features: readonly Feature[]): object {
  let position = 0;
  for (const key in row) if (key !== features[position++]?.name) position = Number.POSITIVE_INFINITY;
  if (position === features.length) return row;
  const entries: [string, unknown][] = [];
  for (const { name, missing, absent } of features) {
    if (Object.hasOwn(row, name)) entries.push([name, (row as Record<string, unknown>)[name]]);
    else if (missing) entries.push([name, null]);
    else if (absent === undefined) return row;
  }
  return Object.fromEntries(entries);
}

/**
 * Rows from columns: `{"age": [41, 30], "city": ["Bonn", "Köln"]}`, or a single one from values: `{"age": 41, "city": "Bonn"}`. Columns
 * that no feature has are left out.
 * @throws SetosaError BODY_SHAPE_INVALID where they differ in length, FEATURE_MISSING, ROWS_EMPTY, ROWS_TOO_MANY
 */
export function columnRows(columns: Record<string, unknown>, features: readonly Feature[], path: string, most: number): ListedRows {
  const names = Object.keys(columns);
  const own = features.flatMap(({ name }) => (Object.hasOwn(columns, name) ? [name] : []));
  const first = own.find((name) => Array.isArray(columns[name]));
  if (first === undefined) return { rows: lenientRows([columns], features), path };
  const count = (columns[first] as unknown[]).length;
  const other = own.find((name) => !Array.isArray(columns[name]) || (columns[name] as unknown[]).length !== count);
  if (other !== undefined)
    throw new SetosaError("BODY_SHAPE_INVALID", `The columns of "${path}" differ in length.`, {
      path: `${path}[${JSON.stringify(other)}]`,
      hint: `Send a list of ${count} values, as for ${JSON.stringify(first)}.`,
    });
  checkCount(count, path, most);
  const positions = columnPositions(names, features, path);
  const values = positions.map((position) =>
    typeof position === "number" ? (columns[names[position] as string] as unknown[]) : undefined,
  );
  const fillers = positions.map((position) => (typeof position === "number" ? null : position.filler));
  const rows: unknown[] = [];
  for (let row = 0; row < count; row++) rows.push(values.map((list, index) => (list === undefined ? fillers[index] : list[row])));
  return { rows, path, reordered: features };
}

/** Where a feature stands, or what every row has instead. */
type ColumnPosition = number | { readonly filler: 0 | null };

/**
 * Where the features stand among the names of columns.
 * @throws SetosaError FEATURE_MISSING, FEATURE_REPEATED
 */
export function columnPositions(names: readonly unknown[], features: readonly Feature[], path: string): readonly ColumnPosition[] {
  const places = new Map<unknown, number>();
  const repeated = new Set<unknown>();
  for (const [index, name] of names.entries()) {
    if (places.has(name)) repeated.add(name);
    else places.set(name, index);
  }
  return features.map(({ name, missing, absent }) => {
    const position = places.get(name);
    if (repeated.has(name))
      throw new SetosaError("FEATURE_REPEATED", `The column ${JSON.stringify(name)} is named more than once.`, {
        path,
        hint: "Give each feature one column.",
      });
    if (position !== undefined) return position;
    if (missing) return { filler: null };
    if (absent !== undefined) return { filler: absent };
    const known = new Set(features.map((feature) => feature.name));
    const strangers = names.filter((column) => typeof column === "string" && !known.has(column)) as string[];
    const meant = suggest(name, strangers.slice(0, 100));
    throw new SetosaError("FEATURE_MISSING", `The feature "${name}" is absent.`, {
      path,
      hint: meant === undefined ? "Name it among the columns." : `There is ${JSON.stringify(meant)}: did you mean ${JSON.stringify(name)}?`,
    });
  });
}

/** @throws SetosaError ROWS_EMPTY, ROWS_TOO_MANY */
export function checkCount(count: number, path: string, most: number): void {
  if (count === 0) throw new SetosaError("ROWS_EMPTY", "The request holds no row.", { path, hint: "Send at least one row." });
  if (count > most)
    throw new SetosaError("ROWS_TOO_MANY", `The request holds ${count} rows, and the limit is ${most}.`, {
      path,
      hint: "Send them in several requests, or start the server with a larger --max-rows.",
    });
}

/** The error with the feature's name in its path, instead of its place in an order that the client did not choose. */
export function inNames(error: unknown, features: readonly Feature[]): unknown {
  if (!(error instanceof SetosaError) || error.path === undefined) return error;
  const [, before, position] = /^(.*\[\d+\])\[(\d+)\]$/s.exec(error.path) ?? [];
  const name = position === undefined ? undefined : features[Number(position)]?.name;
  if (before === undefined || name === undefined) return error;
  const { code, message, hint } = error;
  return new SetosaError(code, message, { path: `${before}[${JSON.stringify(name)}]`, ...(hint === undefined ? {} : { hint }) });
}
