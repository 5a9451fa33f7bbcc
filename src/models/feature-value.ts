import { SetosaError } from "../errors.ts";
import type { Feature } from "../graph/signature.ts";
import { suggest } from "./suggest.ts";

/** Values shown in messages are cut to this many characters. */
const shown = 60;

/** Where a value stands in the request, as a path such as `instances[3]["age"]`. Called only on failure. */
export type Where = () => string;

/** From a JSON value to what the graph's input takes; a category stays a string. */
export type ReadValue = (value: unknown, where: Where) => number | string;

/** How the values of a feature are read and checked. */
export function valueReader(feature: Feature): ReadValue {
  const read = feature.dtype === "string" ? stringReader(feature) : numberReader(feature);
  const absent = feature.dtype === "string" ? "" : Number.NaN;
  return (value, where) => {
    if (value !== null && !(typeof value === "number" && Number.isNaN(value))) return read(value, where);
    if (feature.missing) return absent;
    throw new SetosaError(
      "FEATURE_NULL",
      `The feature "${feature.name}" is ${String(value)}, and the model takes no missing value there.`,
      {
        path: where(),
        hint: `Send ${expected(feature)}.`,
      },
    );
  };
}

function numberReader(feature: Feature): ReadValue {
  const { name, dtype } = feature;
  const takesBoolean = dtype === "bool" || feature.categories?.some((category) => typeof category === "boolean") === true;
  const stored = (value: number): number => (dtype === "float32" ? Math.fround(value) : value);
  const known =
    feature.unknown === "error" && feature.categories !== undefined
      ? new Set(feature.categories.map((category) => stored(Number(category))))
      : undefined;
  return (value, where) => {
    if (takesBoolean) {
      if (typeof value === "boolean") return value ? 1 : 0;
      if (value === 0 || value === 1) return value;
      throw mistyped(feature, value, where);
    }
    if (typeof value !== "number") throw mistyped(feature, value, where);
    if (!Number.isFinite(stored(value)))
      throw new SetosaError(
        "FEATURE_NOT_FINITE",
        `The feature "${name}" is larger than ${dtype === "float32" ? "a float32 (3.4e38)" : "a float64 (1.8e308)"} holds.`,
        {
          path: where(),
          hint: `Send ${expected(feature)}.`,
        },
      );
    if (dtype === "int64" && !Number.isSafeInteger(value))
      throw new SetosaError("FEATURE_TYPE_INVALID", `The feature "${name}" takes whole numbers up to 2^53, and is ${value}.`, {
        path: where(),
        hint: `Send ${expected(feature)}.`,
      });
    if (known?.has(stored(value)) === false)
      throw new SetosaError("CATEGORY_UNKNOWN", `The feature "${name}" has no category ${value}.`, {
        path: where(),
        hint: `Send ${expected(feature)}.`,
      });
    return value;
  };
}

function stringReader(feature: Feature): ReadValue {
  const known = feature.unknown === "error" && feature.categories !== undefined ? new Set<unknown>(feature.categories) : undefined;
  return (value, where) => {
    if (typeof value !== "string") throw mistyped(feature, value, where);
    if (known === undefined || known.has(value)) return value;
    const meant = suggest(value, feature.categories?.map(String) ?? []);
    throw new SetosaError("CATEGORY_UNKNOWN", `The feature "${feature.name}" has no category ${quote(value)}.`, {
      path: where(),
      hint: meant === undefined ? `Send ${expected(feature)}.` : `Did you mean ${quote(meant)}?`,
    });
  };
}

function mistyped(feature: Feature, value: unknown, where: Where): SetosaError {
  return new SetosaError("FEATURE_TYPE_INVALID", `The feature "${feature.name}" takes ${kindOf(feature)}, and is ${describe(value)}.`, {
    path: where(),
    hint:
      typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
        ? `Send ${Number(value)} without quotes.`
        : `Send ${expected(feature)}.`,
  });
}

function kindOf({ dtype, categories }: Feature): string {
  if (dtype === "string") return "a string";
  if (dtype === "bool" || categories?.some((category) => typeof category === "boolean")) return "true or false";
  return dtype === "int64" ? "a whole number" : "a number";
}

/** What to send, for hints: `a number, such as 5.1`, `one of "car", "home"`. */
function expected(feature: Feature): string {
  const { categories, min, missing } = feature;
  const orNull = missing ? ", or null where it is not known" : "";
  if (categories !== undefined && categories.length > 0 && kindOf(feature) !== "true or false") {
    const some = categories.slice(0, 10).map((category) => JSON.stringify(category));
    return `one of ${some.join(", ")}${categories.length > some.length ? ", …" : ""}${orNull}`;
  }
  return `${kindOf(feature)}${min === undefined ? "" : `, such as ${min}`}${orNull}`;
}

function describe(value: unknown): string {
  if (value === undefined) return "absent";
  if (typeof value === "string") return `the string ${quote(value)}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `${typeof value} ${String(value).slice(0, shown)}`;
}

export function quote(text: string): string {
  return JSON.stringify(text.length > shown ? `${text.slice(0, shown)}…` : text);
}
