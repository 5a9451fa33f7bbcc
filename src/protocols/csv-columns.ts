import { SetosaError } from "../errors.ts";
import type { Feature } from "../graph/signature.ts";
import { quote } from "../models/feature-value.ts";
import { suggest } from "../models/suggest.ts";
import { type CsvRecord, csvPlace } from "./csv-records.ts";
import { fieldReader, type ReadField } from "./csv-values.ts";

/** Where a feature stands in a record; -1 where it is left out, and 0 is what such a row has. */
export interface CsvColumn {
  readonly index: number;
  readonly name: string;
  readonly read: ReadField;
}

/** Without a header: the features in their order. */
export function columnsInOrder(features: readonly Feature[]): readonly CsvColumn[] {
  return features.map((feature, index) => ({ index, name: feature.name, read: fieldReader(feature) }));
}

/** Whether a first record is a header, and no row. */
export function namesAll({ fields }: CsvRecord, features: readonly Feature[]): boolean {
  const names = new Set(fields.map((name) => name.trim()));
  return features.every(({ name }) => names.has(name.trim()));
}

/**
 * By a header, in which the features stand in any order.
 * @throws SetosaError FEATURE_MISSING, FEATURE_REPEATED, FEATURE_UNKNOWN
 */
export function columnsByName({ fields, line }: CsvRecord, features: readonly Feature[], extra: "refuse" | "ignore"): readonly CsvColumn[] {
  const known = new Set(features.map(({ name }) => name));
  const spaced = new Map(features.map(({ name }) => [name.trim(), name]));
  const positions = new Map<string, number>();
  const strangers: { readonly name: string; readonly index: number }[] = [];
  for (const [index, field] of fields.entries()) {
    const name = known.has(field) ? field : spaced.get(field.trim());
    if (name === undefined) strangers.push({ name: field, index });
    else if (positions.has(name))
      throw new SetosaError("FEATURE_REPEATED", `The header names ${quote(name)} more than once.`, {
        path: csvPlace(line, index, name),
        hint: "Give each feature one column.",
      });
    else positions.set(name, index);
  }
  const columns = features.map((feature): CsvColumn => {
    const { name } = feature;
    const index = positions.get(name);
    if (index === undefined && feature.absent === undefined) throw missingColumn(feature, fields, strangers, line);
    return { index: index ?? -1, name, read: fieldReader(feature) };
  });
  const [stranger] = strangers;
  if (extra === "refuse" && stranger !== undefined) {
    const meant = suggest(stranger.name, known);
    throw new SetosaError("FEATURE_UNKNOWN", `The model has no feature ${quote(stranger.name)}.`, {
      path: csvPlace(line, stranger.index),
      hint: meant === undefined ? "Leave the column out." : `Did you mean ${quote(meant)}?`,
    });
  }
  return columns;
}

function missingColumn(
  { name }: Feature,
  fields: readonly string[],
  strangers: readonly { readonly name: string }[],
  line: number,
): SetosaError {
  const meant = suggest(name, strangers.map((stranger) => stranger.name).slice(0, 100));
  const [only = ""] = fields;
  const separator = fields.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined;
  const named = fields.some((field) => field.trim() !== "" && !Number.isFinite(Number(field)));
  return new SetosaError("FEATURE_MISSING", `The header has no column ${quote(name)}.`, {
    path: csvPlace(line),
    hint:
      separator !== undefined
        ? `Separate fields by commas, and not by ${JSON.stringify(separator)}.`
        : meant !== undefined
          ? `It has ${quote(meant)}: did you mean ${quote(name)}?`
          : named
            ? "Add the column, with empty fields where the value is not known."
            : "The first line has to name the columns.",
  });
}
