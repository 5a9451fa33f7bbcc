import type { BenchResult, Comparison, Machine, Measure, Preflight, Refusal, Settings, TargetResult, Total } from "../result.ts";
import { absent, count, duration, factors, percent, significant, tick } from "./numbers.ts";
import { printable } from "./text.ts";

/** How a report calls the target at a position. */
export type Naming = (position: number) => string;

export const measureWords: Readonly<Record<Measure, string>> = {
  answersPerSecond: "requests per second",
  cpuMicrosecondsPerAnswer: "CPU time per request",
  p99: "99th percentile of latency",
};

/** Targets are counted from 1, as they stand on the command line. */
export const byNumber: Naming = (position) => String(position + 1);

export function byNumberAndName({ targets }: BenchResult, width = 60): Naming {
  return (position) => {
    const name = shortName(targets[position]?.name ?? "", width);
    return name === "" ? byNumber(position) : `${position + 1} ${name}`;
  };
}

export function shortName(name: string, width: number): string {
  const text = printable(name);
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}

/** Name and address; a name that was made from the address is not said twice. */
export function nameAndUrl({ name, url }: TargetResult, separator: string): string {
  const [shown, address] = [printable(name), printable(url)];
  return shown === "" || address.endsWith(`://${shown}`) ? address : `${shown}${separator}${address}`;
}

/** A target with figures that may be shown side by side with others: measured, and not refused. */
export type Figured = TargetResult & { readonly total: Total; readonly refusal?: never };

/** Whether its figures may stand beside those of others. A refused target has none: an error is answered fast. */
export function hasFigures(target: TargetResult): target is Figured {
  return target.refusal === undefined && target.total !== undefined && target.total.answers > 0;
}

/** Why a target has no figures, with its stable code. */
export function whyNoFigures({ refusal }: TargetResult): Refusal {
  return refusal ?? { code: "NOT_MEASURED", message: "it was not measured" };
}

export function refusalText({ code, message }: Refusal): string {
  return `${printable(message)} (${code})`;
}

export function failuresOf({ failures }: Total): number {
  return Object.values(failures).reduce((sum, one) => sum + one, 0);
}

/** `10 × status 503, 2 × no answer in time`: the most frequent first. */
export function failureWords(failures: Readonly<Record<string, number>>): string {
  return byFrequency(failures)
    .map(([kind, times]) => `${count(times)} × ${printable(kind)}`)
    .join(", ");
}

export function byFrequency(counts: Readonly<Record<string, number>>): [kind: string, times: number][] {
  return Object.entries(counts).sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
}

/** Least and greatest of one figure over the rounds; undefined where no round has it. */
export function spread(values: readonly (number | undefined)[]): readonly [least: number, greatest: number] | undefined {
  const known = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  return known.length === 0 ? undefined : [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
}

/** The comparisons whose difference may be claimed, as a sentence each: the greater one is its subject. */
export function claims({ comparisons }: BenchResult, naming: Naming): string[] {
  return comparisons.flatMap((comparison) => (comparison.refusal === undefined ? (claim(comparison, naming) ?? []) : []));
}

function claim({ measure, first, second, ratio, interval }: Comparison, naming: Naming): string | undefined {
  if (ratio === undefined || !(ratio > 0)) return undefined;
  const [greater, less, times, bounds] =
    ratio >= 1
      ? [first, second, ratio, interval]
      : [second, first, 1 / ratio, interval === undefined ? undefined : ([1 / interval[1], 1 / interval[0]] as const)];
  const [factor, low, high] = factors([times, ...(bounds ?? [])]);
  const sure = bounds === undefined ? "" : ` (95 % interval ${low}–${high})`;
  const [a, b] = [naming(greater), naming(less)];
  switch (measure) {
    case "answersPerSecond":
      return `${a} answers ${factor}× as many requests per second as ${b}${sure}`;
    case "cpuMicrosecondsPerAnswer":
      return `${a} needs ${factor}× as much CPU time per request as ${b}${sure}`;
    case "p99":
      return `${a} has ${factor}× the 99th percentile of latency of ${b}${sure}`;
  }
}

/** What is not claimed and why, by its named refusal; pairs and measures that share a reason share a line. */
export function refusedComparisons(
  { comparisons }: BenchResult,
  naming: Naming,
): { readonly subject: string; readonly refusal: Refusal }[] {
  const byReason = new Map<string, { refusal: Refusal; pairs: Map<string, Set<Measure>> }>();
  for (const { measure, first, second, refusal, ratio } of comparisons) {
    const reason = refusal ?? (ratio === undefined || !(ratio > 0) ? notCompared : undefined);
    if (reason === undefined) continue;
    const key = JSON.stringify([reason.code, reason.message]);
    const group = byReason.get(key) ?? { refusal: reason, pairs: new Map() };
    const pair = `${naming(first)} and ${naming(second)}`;
    group.pairs.set(pair, (group.pairs.get(pair) ?? new Set()).add(measure));
    byReason.set(key, group);
  }
  return [...byReason.values()].map(({ refusal, pairs }) => {
    const measures = new Set([...pairs.values()].flatMap((some) => [...some]));
    return { subject: `${[...measures].map((measure) => measureWords[measure]).join(" and ")}, ${[...pairs.keys()].join("; ")}`, refusal };
  });
}

const notCompared: Refusal = { code: "NOT_MEASURED", message: "the two were not compared" };

/** Which chance differences there were: one target, measured twice in every round. */
export function noiseWords({ client, comparisons, targets }: BenchResult, naming: Naming): string | undefined {
  const compared = new Set<string>(comparisons.map(({ measure }) => measure));
  const noises = Object.entries(client.noise ?? {}).filter(([measure]) => compared.has(measure));
  const parts = noises.map(
    ([measure, { relative }]) => `${percent(relative)} in ${measureWords[measure as Measure] ?? printable(measure)}`,
  );
  const control = targets.findIndex(hasFigures);
  if (parts.length === 0) return undefined;
  return `${control < 0 ? "the first target" : naming(control)} against itself differs by up to ${parts.join(", ")}: smaller differences are not claimed`;
}

/** What a preflight says of who answered. Values come from the server: a report escapes them. */
export function preflightFacts(preflight: Preflight): { readonly term: string; readonly value: string }[] {
  const { status, prediction, keepsAlive, process } = preflight;
  return [
    { term: "status", value: String(status) },
    { term: "server header", value: serverHeader(preflight) ?? "none" },
    { term: "prediction", value: prediction === "" ? "none" : printable(prediction) },
    { term: "connection", value: keepsAlive ? "kept open" : "closed after each answer" },
    ...(process === undefined ? [] : [{ term: "process", value: processWords(process) }]),
  ];
}

export function serverHeader({ headers }: Preflight): string | undefined {
  const value = headers.find(([name]) => name.toLowerCase() === "server")?.[1];
  return value === undefined ? undefined : shortName(value, 80);
}

export function processWords({ pid, command, processes }: NonNullable<Preflight["process"]>): string {
  return `${pid} ${printable(command)}${processes > 1 ? ` (${processes} processes)` : ""}`;
}

/** `2026-01-31 09:05:00 UTC` of an ISO date; what is none stays as it is. */
export function dateWords(date: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(date);
  return match === null ? printable(date) : `${match[1]} ${match[2]} UTC`;
}

export function machineWords({ processor, cores, memoryGigabytes, system, runtime }: Machine): string {
  const size = `${count(cores)} ${cores === 1 ? "core" : "cores"}, ${tick(memoryGigabytes)} GB`;
  return `${printable(processor)}, ${size}, ${printable(system)}, client on ${printable(runtime)}`;
}

export function roundsWords({ settings }: BenchResult): string {
  const { rounds, roundSeconds, roundRequests } = settings;
  const many = `${count(rounds)} ${rounds === 1 ? "round" : "rounds"}`;
  return roundRequests === undefined ? `${many} of ${duration(roundSeconds)}` : `${many} of ${count(roundRequests)} requests`;
}

/** Settings and client as terms with a value each. */
export function settingFacts(result: BenchResult): { readonly term: string; readonly value: string }[] {
  const { settings, client } = result;
  return [
    { term: "load", value: loadWords(settings) },
    { term: "rounds", value: `${roundsWords(result)} for each target, in random order` },
    { term: "connections", value: `${count(settings.connections)}, ${settings.keepAlive ? "kept open" : "a new one for every request"}` },
    {
      term: "requests",
      value: `${printable(settings.method)}, ${printable(settings.payload)}, ${settings.distinctRequests === 1 ? "all the same" : `${count(settings.distinctRequests)} different`}`,
    },
    { term: "client threads", value: count(settings.threads) },
    ...(settings.clientCores === undefined ? [] : [{ term: "client cores", value: printable(settings.clientCores) }]),
    ...(settings.serverCores === undefined ? [] : [{ term: "server cores", value: printable(settings.serverCores) }]),
    {
      term: "client ceiling",
      value: client.ceiling > 0 ? `${significant(client.ceiling)} requests per second against a server that does nothing` : "not measured",
    },
  ];
}

function loadWords({ loop, rate, connections }: Settings): string {
  if (loop === "closed") return `closed loop: ${connections === 1 ? "the" : "each"} connection sends when it has its answer`;
  const due = rate === undefined ? absent : significant(rate);
  return `open loop: ${due} requests per second are due, whatever the answers do; latency counts from when a request was due`;
}
