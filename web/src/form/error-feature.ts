/**
 * The feature that an error's path names, `["petal width (cm)"]` or `[3]["age"]`; undefined where it names none.
 * @param path As the server wrote it: keys as JSON strings, positions as numbers
 */
export function errorFeature(path: string | undefined): string | undefined {
  const found = /^(?:\["instances"\])?(?:\[\d+\])?\[("(?:[^"\\]|\\.)*")\]$/.exec(path ?? "");
  if (found?.[1] === undefined) return undefined;
  try {
    return JSON.parse(found[1]) as string;
  } catch {
    return undefined;
  }
}
