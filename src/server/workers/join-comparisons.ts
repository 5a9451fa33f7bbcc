import type { ComparisonReport } from "../../models/repository/comparison.ts";

const mostSamples = 20;

/** What all workers found of one pair of versions; undefined where none compares. */
export function joinComparisons(reports: readonly (ComparisonReport | undefined)[]): ComparisonReport | undefined {
  const there = reports.filter((report) => report !== undefined && report !== null);
  const [first] = there;
  if (first === undefined) return undefined;
  // While a command goes round, some compare another pair still.
  const same = there.filter(
    ({ kind, answered, compared }) => kind === first.kind && answered === first.answered && compared === first.compared,
  );
  const sum = (count: (report: ComparisonReport) => number) => same.reduce((total, report) => total + count(report), 0);
  return {
    ...first,
    rows: sum(({ rows }) => rows),
    labelsDiffer: sum(({ labelsDiffer }) => labelsDiffer),
    scoresDiffer: sum(({ scoresDiffer }) => scoresDiffer),
    largestScoreDifference: Math.max(...same.map(({ largestScoreDifference }) => largestScoreDifference)),
    failed: sum(({ failed }) => failed),
    dropped: sum(({ dropped }) => dropped),
    samples: samples(same),
  };
}

/** From each in turn, so that no worker's fill the list. */
function samples(reports: readonly ComparisonReport[]): ComparisonReport["samples"] {
  const longest = Math.max(...reports.map((report) => report.samples.length));
  const taken = Array.from({ length: longest }, (_, place) => reports.flatMap((report) => report.samples.slice(place, place + 1)));
  return taken.flat().slice(0, mostSamples);
}
