import { type ErrorCode, SetosaError } from "../errors.ts";
import { featureErrors } from "../protocols/feature-errors.ts";

/** What can be wrong with one row, while the others are fine. */
const ofRows: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...featureErrors, "ROW_WIDTH_INVALID", "BODY_SHAPE_INVALID", "JSON_INVALID"]);

export function isOfRow(error: unknown): error is SetosaError {
  return error instanceof SetosaError && ofRows.has(error.code);
}

/** The row of a block that an error names, as in `[3]["age"]`, and what follows. */
export function rowOf({ path = "" }: SetosaError): { readonly row: number | undefined; readonly rest: string } {
  const [, row, rest = ""] = /^\[(\d+)\](.*)$/s.exec(path) ?? [];
  return row === undefined ? { row: undefined, rest: path } : { row: Number(row), rest };
}

/** The same error with another place. */
export function replaced(error: SetosaError, path: string): SetosaError {
  const { code, hint } = error;
  return new SetosaError(code, ofFile(error.message), { path, ...(hint === undefined ? {} : { hint: ofFile(hint) }), cause: error });
}

/** `line 5, column "age"` of `line 5` and `["age"]`. */
export function placeOf(row: string, rest: string): string {
  const [, column, value] = /^\[(?:(".*")|(\d+))\]$/s.exec(rest) ?? [];
  if (rest === "") return row;
  return `${row}, ${column !== undefined ? `column ${column}` : value !== undefined ? `value ${Number(value) + 1}` : rest}`;
}

/** The protocols speak of bodies and requests. */
function ofFile(text: string): string {
  return text
    .replace(/^(The|A) (body|request)\b/, "$1 file")
    .replace(/^Send (the|at least)\b/, "Give $1")
    .replace(/\bSend them in several requests, or start the server with a larger --max-rows\./, "");
}
