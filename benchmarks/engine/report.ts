import { count, significant } from "../../src/bench/reports/numbers.ts";
import { type ContenderId, contenderNames } from "./contenders.ts";
import type { EngineResults, LargeLoadingResult, LoadingResult, ModelResult, WorkersResult } from "./results.ts";
import { type Estimate, estimate, median, ratios } from "./statistics.ts";
import { ownForm, type Verdict, verdicts } from "./targets.ts";
import type { Rounds } from "./timing.ts";

/** The Markdown of a run. */
export function engineReport(results: EngineResults): string {
  const { machine, versions, commit, command, date, models, workers, loading, largeLoading, apart = [] } = results;
  return [
    "# Engine benchmark",
    "",
    `${machine}; commit ${commit}; \`${command}\`, ${date.slice(0, 10)}.`,
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
    ...apart.map(
      ({ names, command, commit, date }) =>
        `In a run of its own: ${names.join(", ")} (commit ${commit}; \`${command}\`, ${date.slice(0, 10)}).`,
    ),
    "",
    "One thread on one core. Contenders are processes (Setosa on Node and onnxruntime-node share one) that take turns in random order in every",
    "round and time themselves; all rows are distinct. Times are medians over the rounds in microseconds per row. In brackets stands how many times Setosa's time on Node",
    "(through `predictRaw`; through `predict` where a model takes texts) that is in the same round: the median of the rounds' ratios and its 95 % interval. Above 1, Setosa is faster.",
    "Whoever is timed gave the trainer's scores on every row, alone and in a batch. How: [README](../README.md).",
    "",
    ...targetSection(verdicts(results)),
    ...(models.length === 0 ? [] : ["## Rows", "", ...models.flatMap(modelTable)]),
    ...workersSection(workers),
    ...largeLoadingSection(largeLoading),
    ...loadingSection(loading),
  ].join("\n");
}

function targetSection(list: readonly Verdict[]): string[] {
  if (list.length === 0) return [];
  const targets = [...new Set(list.map(({ target }) => target))];
  return [
    "## Targets",
    "",
    "| target | met on Node | met on Bun |",
    "| --- | ---: | ---: |",
    ...targets.map((target) => `| ${target} | ${score(list, target, "node")} | ${score(list, target, "bun")} |`),
    "",
    ...targets.flatMap((target) => verdictTable(target, list)),
  ];
}

function score(list: readonly Verdict[], target: string, runtime: string): string {
  const own = list.filter((verdict) => verdict.target === target && verdict.runtime === runtime);
  return own.length === 0 ? "" : `${own.filter(({ met }) => met).length} of ${own.length}`;
}

function verdictTable(target: string, list: readonly Verdict[]): string[] {
  const own = list.filter((verdict) => verdict.target === target);
  const subjects = [...new Set(own.map(({ subject }) => subject))];
  const cell = (subject: string, runtime: string): string => {
    const verdict = own.find((one) => one.subject === subject && one.runtime === runtime);
    return verdict === undefined ? "" : `${verdict.met ? "met" : "**missed**"}: ${interval(verdict.figure)} ${verdict.unit}`;
  };
  return [
    `### ${target}`,
    "",
    "| | Node | Bun |",
    "| --- | --- | --- |",
    ...subjects.map((subject) => `| ${subject} | ${cell(subject, "node")} | ${cell(subject, "bun")} |`),
    "",
  ];
}

function modelTable({ model, info, one, many, absent }: ModelResult): string[] {
  const ids = (Object.keys(contenderNames) as ContenderId[]).filter((id) => one[id] !== undefined);
  const trees = info.nodes === undefined ? "" : `${count(info.nodes)} nodes, ${count(info.steps ?? 0)} comparisons a row. `;
  const named = (id: ContenderId): string => {
    const flags = info.made[id];
    return `${contenderNames[id]}${flags?.startsWith("gcc") || id === "lleaves" ? `, ${flags}` : ""}`;
  };
  return [
    `### ${model}`,
    "",
    `${trees}${info.features} features. A batch has ${count(info.rows)} rows.`,
    "",
    "| contender | one row | batch, each row |",
    "| --- | --- | --- |",
    ...ids.map((id) => `| ${named(id)} | ${cell(one, id)} | ${cell(many, id)} |`),
    "",
    ...Object.entries(absent).map(([id, why]) => `Absent: ${contenderNames[id as ContenderId] ?? id}: ${why}.\n`),
  ];
}

function cell(rounds: Rounds, id: ContenderId): string {
  const own = rounds[id];
  if (own === undefined) return "";
  const reference = ownForm(rounds, "node");
  const time = significant(median(own), 3);
  return reference === undefined || reference === own ? time : `${time} (${interval(estimate(ratios(reference, own)))})`;
}

function interval({ median: middle, low, high }: Estimate): string {
  return `${significant(middle)}, ${significant(low)}–${significant(high)}`;
}

const runtimeNames = { node: "Node", bun: "Bun" } as const;

function workersSection(list: readonly WorkersResult[]): string[] {
  if (list.length === 0) return [];
  return [
    "## Two worker threads",
    "",
    "A batch in one worker thread and divided between two, each with a kernel of its own; microseconds per row.",
    "",
    "| model | runtime | one thread | two | times faster |",
    "| --- | --- | ---: | ---: | ---: |",
    ...list.map(
      ({ model, runtime, one, two }) =>
        `| ${model} | ${runtimeNames[runtime]} | ${significant(median(one))} | ${significant(median(two))} | ${interval(estimate(ratios(two, one)))} |`,
    ),
    "",
  ];
}

function largeLoadingSection(list: readonly LargeLoadingResult[]): string[] {
  if (list.length === 0) return [];
  return [
    "## Loading large forests",
    "",
    "From the bytes of the file to a model that answers, in a process that has loaded a small one; what the process has more afterwards, when garbage is collected: its resident",
    "memory, and what the runtime counts as used (heap and external). Node keeps pages that it has freed resident; Bun counts WebAssembly's memory as used more than",
    "once: the target goes by the smaller one. Medians and intervals over processes, the built package.",
    "",
    "| model | nodes | format | runtime | ms | resident, bytes per node | used, bytes per node |",
    "| --- | ---: | --- | --- | ---: | ---: | ---: |",
    ...list.map(({ model, nodes, format, runtime, milliseconds, resident, used }) => {
      const perNode = (bytes: readonly number[]): string => interval(estimate(bytes.map((value) => value / nodes)));
      return `| ${model} | ${count(nodes)} | ${format} | ${runtimeNames[runtime]} | ${interval(estimate(milliseconds))} | ${perNode(resident)} | ${perNode(used)} |`;
    }),
    "",
  ];
}

function loadingSection(list: readonly LoadingResult[]): string[] {
  if (list.length === 0) return [];
  const models = [...new Set(list.map(({ model }) => model))];
  const cells = (model: string, runtime: string): string => {
    const own = list.find((one) => one.model === model && one.runtime === runtime);
    return own === undefined ? " | " : `${interval(estimate(own.first))} | ${interval(estimate(own.second))}`;
  };
  return [
    "## Loading the example models: read, compile, parity",
    "",
    "Milliseconds: the first load in a process of its own, and a second one in it. Medians and intervals over processes, the built package.",
    "",
    "| model | Node, first | second | Bun, first | second |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...models.map((model) => `| ${model} | ${cells(model, "node")} | ${cells(model, "bun")} |`),
    "",
  ];
}
