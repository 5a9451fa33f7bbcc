import { SetosaError } from "../../errors.ts";

/** How rows are written without some of their features. */
export type Redact = (row: unknown) => unknown;

/**
 * The names that `--capture-redact` gives, each time it is given: a feature's name, or several with commas between them. A name
 * that has commas of its own counts as it is, too.
 */
export function redactedNames(given: readonly string[]): ReadonlySet<string> {
  return new Set(given.flatMap((text) => [text, ...text.split(",")].map((name) => name.trim())).filter((name) => name !== ""));
}

/**
 * Refuses a name that no model has as a feature: it would be a slip of the pen that writes somebody's data to disk.
 * @param models The features of each model, by name
 * @throws SetosaError ARGUMENT_INVALID
 */
export function checkRedactedNames(given: readonly string[], features: ReadonlySet<string>): void {
  for (const text of given) {
    if (features.has(text.trim())) continue;
    for (const part of text.split(",")) {
      const name = part.trim();
      if (name === "" || features.has(name)) continue;
      throw new SetosaError("ARGUMENT_INVALID", `No model has the feature ${JSON.stringify(name)} that is to be redacted.`, {
        path: "--capture-redact",
        hint: "Write features as GET /models/NAME calls them.",
      });
    }
  }
}

/**
 * Null for a redacted value. A keyed hash would keep equal values equal, and with few possible values let them be guessed by who
 * has the key; null tells nothing.
 * @param features Names of the model's features, in their order
 */
export function redaction(features: readonly string[], names: ReadonlySet<string>): { redact: Redact; redacted: readonly string[] } {
  const redacted = features.filter((name) => names.has(name));
  if (redacted.length === 0) return { redacted, redact: (row) => row };
  const columns = redacted.map((name) => features.indexOf(name));
  return {
    redacted,
    redact: (row) => {
      if (Array.isArray(row)) {
        const copy: unknown[] = [...row];
        for (const column of columns) if (column < copy.length) copy[column] = null;
        return copy;
      }
      if (typeof row !== "object" || row === null) return null;
      const copy: Record<string, unknown> = Object.assign(Object.create(null), row);
      for (const name of redacted) if (Object.hasOwn(row, name)) copy[name] = null;
      return copy;
    },
  };
}
