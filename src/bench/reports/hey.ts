import type { BenchResult, TargetResult, Total } from "../result.ts";
import { printable } from "./text.ts";
import { byFrequency, failuresOf, failureWords, nameAndUrl, refusalText } from "./words.ts";

const bars = 10;
const longestBar = 40;
const percentiles = [10, 25, 50, 75, 90, 95, 99] as const;

/**
 * One target in the words and the layout of hey (github.com/rakyll/hey), for scripts and eyes that are used to it.
 * Unlike there, only validated answers count as requests per second, and a refused target has no rate.
 */
export function reportHey(target: TargetResult, { targets }: BenchResult): string {
  const { total, refusal } = target;
  const position = targets.indexOf(target);
  const lines = [`Target${position < 0 ? "" : ` ${position + 1}`}: ${nameAndUrl(target, "  ")}`];
  if (refusal !== undefined) lines.push(`Refused: ${refusalText(refusal)}`);
  lines.push("", ...(total === undefined ? ["Not measured."] : measured(total, target)), "", "");
  return lines.join("\n");
}

function measured(total: Total, { refusal }: TargetResult): string[] {
  const { latency, seconds, answers, bytesReceived, statuses } = total;
  const failures = failuresOf(total);
  const responses = Object.values(statuses).reduce((sum, one) => sum + one, 0);
  const rate = refusal === undefined ? (seconds > 0 ? answers / seconds : 0).toFixed(4) : `refused (${refusal.code})`;
  return [
    "Summary:",
    `  Total:\t${seconds.toFixed(4)} secs`,
    `  Slowest:\t${inSeconds(latency.greatest)} secs`,
    `  Fastest:\t${inSeconds(latency.least)} secs`,
    `  Average:\t${inSeconds(latency.mean)} secs`,
    `  Requests/sec:\t${rate}`,
    ...(failures === 0 ? [] : [`  Failures:\t${failures} (${failureWords(total.failures)}), not counted in Requests/sec`]),
    "  ",
    ...(bytesReceived > 0
      ? [`  Total data:\t${bytesReceived} bytes`, `  Size/request:\t${responses === 0 ? 0 : Math.floor(bytesReceived / responses)} bytes`]
      : []),
    "",
    "Response time histogram:",
    ...histogram(total),
    "",
    "",
    "Latency distribution:",
    ...(answers === 0 ? [] : percentiles.map((share) => `  ${share}% in ${inSeconds(percentile(total, share))} secs`)),
    "",
    "Status code distribution:",
    ...Object.entries(statuses).map(([status, times]) => `  [${status}]\t${times} responses`),
    ...errors(total),
  ];
}

/** Eleven edges at equal distances from the fastest to the slowest answer, each with the answers up to it from the one before. */
function histogram({ latency, histogram }: Total): string[] {
  if (histogram.length === 0) return [];
  const width = (latency.greatest - latency.least) / bars;
  const edges = Array.from({ length: bars + 1 }, (_, index) => (index === bars ? latency.greatest : latency.least + index * width));
  const counts = edges.map(() => 0);
  for (const { milliseconds, count } of histogram) {
    const value = Math.min(milliseconds, latency.greatest);
    const bar = edges.findIndex((edge) => value <= edge);
    counts[bar] = (counts[bar] ?? 0) + count;
  }
  const most = Math.max(...counts);
  return edges.map((edge, index) => {
    const times = counts[index] ?? 0;
    return `  ${(edge / 1000).toFixed(3)} [${times}]\t|${"■".repeat(most === 0 ? 0 : Math.round((times * longestBar) / most))}`;
  });
}

/** In milliseconds; from the histogram where the result does not name it, and then never above the next one it names. */
function percentile({ latency, histogram }: Total, share: (typeof percentiles)[number]): number {
  switch (share) {
    case 50:
      return latency.p50;
    case 75:
      return latency.p75;
    case 90:
      return latency.p90;
    case 95:
      return latency.p95;
    case 99:
      return latency.p99;
    default: {
      const wanted = (histogram.reduce((sum, { count }) => sum + count, 0) * share) / 100;
      let seen = 0;
      const bar = histogram.find(({ count }) => {
        seen += count;
        return seen >= wanted;
      });
      return Math.min(Math.max(bar?.milliseconds ?? 0, latency.least), latency.p50);
    }
  }
}

/** What had no status to be counted under. */
function errors({ failures, statuses }: Total): string[] {
  const others = byFrequency(failures).filter(([kind]) => !/^status \d{3}$/.test(kind) || !Object.hasOwn(statuses, kind.slice(7)));
  return others.length === 0 ? [] : ["", "Error distribution:", ...others.map(([kind, times]) => `  [${times}]\t${printable(kind)}`)];
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(4);
}
