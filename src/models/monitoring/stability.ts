/** How much a distribution has changed. */
export interface Stability {
  /** The population stability index. */
  readonly psi: number;
  /** What the index would be on average if nothing had changed: counts of so few rows differ by chance. */
  readonly noise: number;
  readonly drift: Drift;
}

/** By what the index has beyond the noise: from 0.1 and from 0.25 on. */
export type Drift = "none" | "moderate" | "large";
const moderate = 0.1;
const large = 0.25;

/** Of fewer rows than these nothing is said. */
export const fewestRows = 100;

/**
 * Compares counts of the same bins: the sum of (a - e) ln(a / e) over the shares a of the traffic and e of the training rows.
 * Half a row is added to every bin, so that an empty one has a share. Bins that are empty in both are left out.
 * @param looked How many rows were looked at, where those were a sample of the traffic
 * @returns undefined for fewer than `fewestRows` rows of traffic, and where there are no training rows
 */
export function stabilityOf(training: readonly number[], traffic: readonly number[], looked = sum(traffic)): Stability | undefined {
  const trained = sum(training);
  const sent = sum(traffic);
  if (looked < fewestRows || sent === 0 || trained === 0) return undefined;
  const bins = training.flatMap((expected, bin) => {
    const actual = traffic[bin] ?? 0;
    return expected === 0 && actual === 0 ? [] : [[expected, actual] as const];
  });
  let psi = 0;
  for (const [expected, actual] of bins) {
    const e = (expected + 0.5) / (trained + bins.length / 2);
    const a = (actual + 0.5) / (sent + bins.length / 2);
    psi += (a - e) * Math.log(a / e);
  }
  const noise = (bins.length - 1) * (1 / looked + 1 / trained);
  const beyond = psi - noise;
  return { psi, noise, drift: beyond >= large ? "large" : beyond >= moderate ? "moderate" : "none" };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
