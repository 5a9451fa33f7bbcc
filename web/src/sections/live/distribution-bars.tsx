import type { Comparison } from "../../api/monitoring.ts";
import { formatShare, formatValue } from "../../format/numbers.ts";

export interface DistributionBarsProps {
  readonly name: string;
  readonly distribution: NonNullable<Comparison["distribution"]>;
}

const height = 40;
const barWidth = 10;
const gap = 4;
/** More would be thinner than what can be told apart. */
const mostBars = 24;

/** Shares of rows by bin or category: now as bars, training as a mark on each. Said in words, too. */
export function DistributionBars({ name, distribution }: DistributionBarsProps) {
  const now = sharesOf(distribution.window);
  const training = sharesOf(distribution.training ?? []);
  const labels = labelsOf(distribution);
  const count = Math.min(mostBars, Math.max(now.length, training.length));
  const most = Math.max(0.01, ...now.slice(0, count), ...training.slice(0, count));
  const places = Array.from({ length: count }, (_, place) => place);
  const width = count * (barWidth + gap);
  const words = places
    .map((place) => {
      const trained = training[place];
      return `${labels[place] ?? place}: ${formatShare(now[place] ?? 0)}${trained === undefined ? "" : ` (training ${formatShare(trained)})`}`;
    })
    .join("; ");
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={`${name} now: ${words}`}>
      {places.map((place) => {
        const x = place * (barWidth + gap) + gap / 2;
        const tall = ((now[place] ?? 0) / most) * (height - 4);
        const trained = training[place];
        const mark = height - ((trained ?? 0) / most) * (height - 4);
        return (
          <g key={place}>
            <title>{`${labels[place] ?? place}: ${formatShare(now[place] ?? 0)}${trained === undefined ? "" : `, training ${formatShare(trained)}`}`}</title>
            <rect class="bars-ground" x={x} y={0} width={barWidth} height={height} />
            <rect class="bars-now" x={x} y={height - tall} width={barWidth} height={tall} />
            {trained !== undefined && <path class="bars-training" d={`M${x - 1.5} ${mark}h${barWidth + 3}`} />}
          </g>
        );
      })}
    </svg>
  );
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

/** Of bins by their bounds, of others by what they are. */
function labelsOf({ edges, categories, classes }: DistributionBarsProps["distribution"]): string[] {
  const named = categories ?? classes;
  if (named !== undefined) return named.map(String);
  if (edges === undefined) return [];
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined) return [];
  const between = edges.slice(1).map((edge, place) => `${formatValue(edges[place] ?? 0)} to ${formatValue(edge)}`);
  return [`up to ${formatValue(first)}`, ...between, `above ${formatValue(last)}`];
}
