const classNames = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"] as const;

/** What lies in an answer at a path. */
export function at(answer: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined),
    answer,
  );
}

/**
 * The class of a value that is its name, or its position as scikit-learn was trained with it.
 * @throws Error for any other value
 */
export function className(value: unknown): string {
  const name = typeof value === "number" ? classNames[value] : classNames.find((known) => known === value);
  if (name === undefined) throw new Error(`names no class of iris: ${JSON.stringify(value)}`);
  return name;
}
