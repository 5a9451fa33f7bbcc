import type { TargetResult } from "../result.ts";
import { absent, count, significant } from "./numbers.ts";
import { type Figured, failuresOf, hasFigures, shortName, spread, whyNoFigures } from "./words.ts";

/** A column of the table of figures. */
export interface FigureColumn {
  readonly head: string;
  readonly of: (target: Figured) => string;
}

/** The same columns in every report. Units stand in the heads, so that the figures below each other compare. */
export const figureColumns: readonly FigureColumn[] = [
  { head: "requests/s", of: ({ total }) => significant(total.answersPerSecond) },
  { head: "least–greatest", of: ({ rounds }) => range(spread(rounds.map(({ answersPerSecond }) => answersPerSecond))) },
  { head: "CPU µs", of: ({ total }) => optional(total.cpuMicrosecondsPerAnswer) },
  { head: "p50 ms", of: ({ total }) => significant(total.latency.p50) },
  { head: "p90 ms", of: ({ total }) => significant(total.latency.p90) },
  { head: "p99 ms", of: ({ total }) => significant(total.latency.p99) },
  { head: "p99.9 ms", of: ({ total }) => significant(total.latency.p999) },
  { head: "RSS MB", of: ({ total }) => optional(total.residentMegabytes) },
  { head: "failures", of: ({ total }) => count(failuresOf(total)) },
];

/** What the heads leave open, for the line below a table. */
export const figureLegend =
  "requests/s: median of the rounds, and its least and greatest round; CPU µs: of the server, per request; RSS: memory of the server";

/** A row per target, in the order of the command line, which is no rank. */
export interface FigureRow {
  readonly position: number;
  readonly name: string;
  /** One for each column; a refused target has none. */
  readonly figures: readonly string[] | undefined;
  /** Instead of figures: `refused: STATUS_NOT_OK`. */
  readonly note: string;
}

export function figureRows(targets: readonly TargetResult[], nameWidth: number): FigureRow[] {
  return targets.map((target, position) => ({
    position,
    name: shortName(target.name, nameWidth) || absent,
    figures: hasFigures(target) ? figureColumns.map(({ of }) => of(target)) : undefined,
    note: noFiguresNote(target),
  }));
}

/** `refused: STATUS_NOT_OK` */
export function noFiguresNote(target: TargetResult): string {
  if (hasFigures(target)) return "";
  return target.refusal === undefined ? "not measured" : `refused: ${whyNoFigures(target).code}`;
}

function range(bounds: readonly [number, number] | undefined): string {
  return bounds === undefined ? absent : `${significant(bounds[0])}–${significant(bounds[1])}`;
}

function optional(value: number | undefined): string {
  return value === undefined ? absent : significant(value);
}
