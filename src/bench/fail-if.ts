import { SetosaError } from "../errors.ts";
import type { BenchResult, TargetResult, Total } from "./result.ts";

/** One condition under which a run counts as failed: `p99>5ms`, `cpu(2)>20us`, `ratio(1,2)<1.2`. */
export interface Condition {
  readonly text: string;
  /** Why it holds, in words; undefined where it does not. */
  readonly holds: (result: BenchResult) => string | undefined;
}

type Unit = "time" | "size" | "plain";

interface Measure {
  /** What a bare number means, and which units may be written. */
  readonly unit: Unit;
  readonly of: (total: Total) => number | undefined;
}

const milliseconds = { us: 1e-3, µs: 1e-3, ms: 1, s: 1e3 };
const megabytes = { MB: 1, GB: 1024 };

const measures: Readonly<Record<string, Measure>> = {
  rps: { unit: "plain", of: ({ answersPerSecond }) => answersPerSecond },
  failures: { unit: "plain", of: ({ failures }) => Object.values(failures).reduce((sum, count) => sum + count, 0) },
  mean: { unit: "time", of: ({ latency }) => latency.mean },
  p50: { unit: "time", of: ({ latency }) => latency.p50 },
  p75: { unit: "time", of: ({ latency }) => latency.p75 },
  p90: { unit: "time", of: ({ latency }) => latency.p90 },
  p95: { unit: "time", of: ({ latency }) => latency.p95 },
  p99: { unit: "time", of: ({ latency }) => latency.p99 },
  "p99.9": { unit: "time", of: ({ latency }) => latency.p999 },
  max: { unit: "time", of: ({ latency }) => latency.greatest },
  cpu: {
    unit: "time",
    of: ({ cpuMicrosecondsPerAnswer }) => (cpuMicrosecondsPerAnswer === undefined ? undefined : cpuMicrosecondsPerAnswer / 1000),
  },
  rss: { unit: "size", of: ({ residentMegabytes }) => residentMegabytes },
};

/** Ratios of two targets, each with what it compares. */
const ratios = { ratio: "answersPerSecond", "cpu-ratio": "cpuMicrosecondsPerAnswer", "p99-ratio": "p99" } as const;

/**
 * Reads a condition.
 * @throws SetosaError ARGUMENT_INVALID where it says nothing that can be checked
 */
export function parseCondition(text: string): Condition {
  const match = /^\s*([a-z0-9.-]+)\s*(?:\(\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\))?\s*(<|>)\s*(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*$/i.exec(text);
  if (match === null) throw invalid(text, "it is not of the form measure<number");
  const [, name = "", first, second, sign = "", number = "", unit = ""] = match;
  const beyond = (value: number, limit: number): boolean => (sign === "<" ? value < limit : value > limit);
  if (Object.hasOwn(ratios, name)) {
    if (first === undefined || second === undefined || unit !== "")
      throw invalid(text, `${name} is of two targets, and a plain number: ${name}(1,2)<1.2`);
    return ratioCondition(text, ratios[name as keyof typeof ratios], Number(first) - 1, Number(second) - 1, (value) =>
      beyond(value, Number(number)),
    );
  }
  const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (measure === undefined) throw invalid(text, `there is no measure ${name}`);
  if (second !== undefined) throw invalid(text, `${name} is of one target`);
  const limit = Number(number) * unitOf(text, measure.unit, unit);
  return {
    text,
    holds: ({ targets }) => {
      const chosen = first === undefined ? targets : [targets[Number(first) - 1]];
      for (const target of chosen) {
        const why = reason(target, measure, (value) => beyond(value, limit));
        if (why !== undefined) return `${text}: ${why}`;
      }
      return undefined;
    },
  };
}

/** A target that was not measured fails every condition: nothing is known of it. */
function reason(target: TargetResult | undefined, { of, unit }: Measure, beyond: (value: number) => boolean): string | undefined {
  if (target === undefined) return "there is no such target";
  if (target.refusal !== undefined) return target.refusal.message;
  const value = target.total === undefined ? undefined : of(target.total);
  if (value === undefined) return `it was not measured for ${target.name}`;
  const suffix = { time: " ms", size: " MB", plain: "" }[unit];
  return beyond(value) ? `${target.name} has ${Number(value.toPrecision(4))}${suffix}` : undefined;
}

function ratioCondition(
  text: string,
  measure: (typeof ratios)[keyof typeof ratios],
  first: number,
  second: number,
  beyond: (value: number) => boolean,
): Condition {
  return {
    text,
    holds: ({ comparisons }) => {
      const found = comparisons.find(
        (one) => one.measure === measure && one.first === Math.min(first, second) && one.second === Math.max(first, second),
      );
      if (found?.ratio === undefined) return `${text}: ${found?.refusal?.message ?? "the two were not compared"}`;
      // A difference that may be chance is a figure all the same; one that the client made is not.
      if (found.refusal !== undefined && found.refusal.code !== "NO_DIFFERENCE") return `${text}: ${found.refusal.message}`;
      const value = first < second ? found.ratio : 1 / found.ratio;
      return beyond(value) ? `${text}: it is ${value.toFixed(3)}` : undefined;
    },
  };
}

function unitOf(text: string, kind: Unit, unit: string): number {
  if (unit === "") {
    if (kind === "plain") return 1;
    throw invalid(text, kind === "time" ? "it needs a unit: us, ms or s" : "it needs a unit: MB or GB");
  }
  const factors: Readonly<Record<string, number>> = kind === "time" ? milliseconds : kind === "size" ? megabytes : {};
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  if (factor === undefined) throw invalid(text, `the unit ${unit} does not fit`);
  return factor;
}

function invalid(text: string, why: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", `--fail-if ${JSON.stringify(text)}: ${why}.`, {
    path: "--fail-if",
    hint: `Write for example 'p99>5ms', 'failures>0', 'cpu(2)>20us' or 'ratio(1,2)<1.2'. Measures: ${[...Object.keys(measures), ...Object.keys(ratios)].join(", ")}.`,
  });
}
