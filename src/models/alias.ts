import type { Signature } from "../graph/signature.ts";
import { normalise } from "./suggest.ts";

/**
 * Feature names as a query string writes them: exact, or in snake case with or without a unit in
 * brackets, so that `sepal_length` and `sepal_length_cm` are both `sepal length (cm)`. A short form that
 * two features share is neither's.
 */
export function featureAlias({ features }: Signature): (name: string) => string | undefined {
  const names = new Map(features.map(({ name }) => [name, name]));
  const aliases = new Map<string, string | undefined>();
  for (const { name } of features)
    for (const alias of new Set([normalise(name), normalise(name.replace(/\([^)]*\)/g, ""))]))
      if (alias !== "") aliases.set(alias, aliases.has(alias) ? undefined : name);
  return (name) => names.get(name) ?? aliases.get(normalise(name));
}
