/** The long list of a body that is parsed in pieces, and what stands around it. */
export interface ListOpening {
  /** Where its bracket is. */
  readonly at: number;
  /** Objects around it. */
  readonly outer: number;
  /** What may follow it. */
  readonly closing: RegExp;
  /** The body, with the elements in their place; undefined where what stands before them is no JSON. */
  body(elements: readonly unknown[]): unknown;
}

const list = /^[ \t\n\r]*(?=\[)/;
const nothing = /^[ \t\n\r]*$/;
/** `{"instances": [`, and the same of MLflow. */
const wrapped = /^[ \t\n\r]*\{[ \t\n\r]*"(instances|inputs|dataframe_records)"[ \t\n\r]*:[ \t\n\r]*(?=\[)/;
const brace = /^[ \t\n\r]*\}[ \t\n\r]*$/;
/** `{"dataframe_split": {"index": [ … ], "columns": [ … ], "data": [`, as pandas and `json.dumps` write it; names with brackets are left to others. */
const split =
  /^[ \t\n\r]*\{[ \t\n\r]*"dataframe_split"[ \t\n\r]*:[ \t\n\r]*\{[ \t\n\r]*(?:"index"[ \t\n\r]*:[ \t\n\r]*\[[^[\]{}]*\][ \t\n\r]*,[ \t\n\r]*)?(?:"columns"[ \t\n\r]*:[ \t\n\r]*\[[^[\]{}]*\][ \t\n\r]*,[ \t\n\r]*)?"data"[ \t\n\r]*:[ \t\n\r]*(?=\[)/;
const braces = /^[ \t\n\r]*\}[ \t\n\r]*\}[ \t\n\r]*$/;

/** Undefined for a body that is something else: it is parsed as a whole. */
export function listOpening(text: string): ListOpening | undefined {
  const bare = list.exec(text);
  if (bare !== null) return { at: bare[0].length, outer: 0, closing: nothing, body: (elements) => elements };
  const [opening, key] = wrapped.exec(text) ?? [];
  if (opening !== undefined && key !== undefined)
    return { at: opening.length, outer: 1, closing: brace, body: (elements) => ({ [key]: elements }) };
  const [frame] = split.exec(text) ?? [];
  if (frame === undefined) return undefined;
  return { at: frame.length, outer: 2, closing: braces, body: (elements) => frameBody(frame, elements) };
}

function frameBody(frame: string, data: readonly unknown[]): unknown {
  try {
    const body = JSON.parse(`${frame}[]}}`) as { dataframe_split: object };
    return { dataframe_split: { ...body.dataframe_split, data } };
  } catch {
    return undefined;
  }
}
