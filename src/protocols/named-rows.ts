import { SetosaError } from "../errors.ts";
import type { Feature } from "../graph/signature.ts";

/** A list of rows, and where it stands in the body. */
export interface ListedRows {
  readonly rows: readonly unknown[];
  readonly path: string;
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
 * @throws SetosaError BODY_SHAPE_INVALID where they differ in length, ROWS_TOO_MANY
 */
export function columnRows(columns: Record<string, unknown>, features: readonly Feature[], path: string, most: number): readonly unknown[] {
  const names = features.flatMap(({ name }) => (Object.hasOwn(columns, name) ? [name] : []));
  const lists = names.filter((name) => Array.isArray(columns[name]));
  if (lists.length === 0) return lenientRows([columns], features);
  const [first = ""] = lists;
  const count = (columns[first] as unknown[]).length;
  const other = names.find((name) => !Array.isArray(columns[name]) || (columns[name] as unknown[]).length !== count);
  if (other !== undefined)
    throw new SetosaError("BODY_SHAPE_INVALID", `The columns of "${path}" differ in length.`, {
      path: `${path}[${JSON.stringify(other)}]`,
      hint: `Send a list of ${count} values, as for ${JSON.stringify(first)}.`,
    });
  checkCount(count, path, most);
  const rows: unknown[] = [];
  const values = names.map((name) => columns[name] as unknown[]);
  for (let row = 0; row < count; row++) rows.push(Object.fromEntries(names.map((name, index) => [name, values[index]?.[row]])));
  // What is lacking is lacking in all: the first row says so for the others.
  return names.length === features.length ? rows : withStrangers(rows, columns, features);
}

/** Rows that lack a column: with the names that nobody knows in the first, among which a mistyped one may be. */
function withStrangers(rows: unknown[], columns: Record<string, unknown>, features: readonly Feature[]): readonly unknown[] {
  const known = new Set(features.map(({ name }) => name));
  const strangers = Object.keys(columns).filter((name) => !known.has(name));
  if (rows.length > 0) rows[0] = Object.fromEntries([...strangers.map((name) => [name, null]), ...Object.entries(rows[0] as object)]);
  return lenientRows(rows, features);
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
