/** Names longer than this are not compared: nobody mistypes them, and the comparison is quadratic. */
const maxLength = 200;
/** So many candidates are looked at, so that a bad request costs no more than a good one. */
const maxCandidates = 1000;

/** The candidate nearest to a mistyped name, when it is near enough to be what was meant. */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const wanted = normalise(name);
  let best: string | undefined;
  // A third of the name may differ, and never all of it.
  let bestDistance = Math.min(Math.max(2, Math.floor(wanted.length / 3)), wanted.length - 1) + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (compared++ === maxCandidates) break;
    if (candidate.length > maxLength) continue;
    const distance = editDistance(wanted, normalise(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Lower case, one underscore for every run of other characters: `petal width (cm)` and `petal_width_cm` are one. */
export function normalise(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/** Levenshtein's distance, or `limit` where it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let nearest = i;
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const distance = Math.min(change, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
      current.push(distance);
      nearest = Math.min(nearest, distance);
    }
    // No later row comes below the least of this one.
    if (nearest >= limit) return limit;
    previous = current;
  }
  return Math.min(limit, previous[b.length] as number);
}
