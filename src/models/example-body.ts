import type { Signature } from "../graph/signature.ts";

/** A body that the model takes, for hints: its example row, or its first feature. */
export function exampleBody({ features, example }: Signature): string {
  if (example === undefined) return `{${JSON.stringify(features[0]?.name ?? "feature")}: …}`;
  return JSON.stringify(Object.fromEntries(features.map(({ name }, index) => [name, example[index]])));
}
