import type { ContenderId } from "./contenders.ts";
import type { EngineResults, LargeLoadingResult, LoadingResult, ModelResult, Runtime, WorkersResult } from "./results.ts";
import { type Estimate, estimate, median, ratios } from "./statistics.ts";
import type { Rounds } from "./timing.ts";

/** Whether one target is met by one model, and with what figure. */
export interface Verdict {
  readonly target: string;
  readonly subject: string;
  readonly runtime: Runtime;
  readonly met: boolean;
  readonly figure: Estimate;
  /** What the figure is, for people: `× onnxruntime-node, which takes 41.2 µs`. */
  readonly unit: string;
}

export const limits = {
  /** Times onnxruntime-node, where that takes at least `slow` microseconds, and where it takes less. */
  onnxruntime: { slow: 20, atLeastSlow: 8, atLeastFast: 20 },
  /** Times the best native predictor on gradient boosting of so many trees. */
  boosting: { trees: 500, atLeast: 2 },
  batch: 3,
  /** Of two threads, times one: what is near to linear. */
  workers: 1.8,
  load: { milliseconds: 1000, bytesPerNode: 16, nodes: 1_000_000 },
  smallLoad: 5,
  json: 3,
} as const;

const native: readonly ContenderId[] = ["gtil", "tl2cgen", "lleaves", "leaves", "if-else"];
const runtimes: readonly Runtime[] = ["node", "bun"];

/** Every target with every model that it speaks of. */
export function verdicts(results: EngineResults): Verdict[] {
  return [
    ...results.models.flatMap((model) => runtimes.flatMap((runtime) => ofModel(model, runtime))),
    ...results.workers.map(ofWorkers),
    ...results.largeLoading.flatMap(ofLargeLoading),
    ...results.loading.flatMap(ofLoading),
  ];
}

/** The form of the library that stands for Setosa: typed arrays, or objects where a model takes texts. */
export function ownForm(rounds: Rounds, runtime: Runtime): readonly number[] | undefined {
  return rounds[`${runtime} predictRaw`] ?? rounds[`${runtime} predict`];
}

function ofModel({ model, specification, one, many }: ModelResult, runtime: Runtime): Verdict[] {
  const own = ownForm(one, runtime);
  const verdict = (target: string, figure: Estimate, met: boolean, unit: string): Verdict => ({
    target,
    subject: model,
    runtime,
    met,
    figure,
    unit,
  });
  const found: Verdict[] = [];
  const peer = one["onnxruntime-node"];
  if (own !== undefined && peer !== undefined) {
    const { slow, atLeastSlow, atLeastFast } = limits.onnxruntime;
    const least = median(peer) >= slow ? atLeastSlow : atLeastFast;
    const figure = estimate(ratios(own, peer));
    found.push(
      verdict("one row beside onnxruntime-node", figure, figure.median >= least, `times faster; at least ${least} of ${micro(peer)}`),
    );
  }
  const best = fastest(one, native);
  const isLarge =
    (specification.kind === "lightgbm" || specification.kind === "xgboost") && (specification.trees ?? 0) >= limits.boosting.trees;
  if (own !== undefined && best !== undefined && isLarge) {
    const figure = estimate(ratios(own, best.rounds));
    const met = figure.median >= limits.boosting.atLeast;
    found.push(
      verdict("one row beside the best native predictor, boosting from 500 trees", figure, met, `times faster than ${best.id}; at least 2`),
    );
  }
  const c = one["if-else"];
  if (own !== undefined && c !== undefined && !isLarge) {
    const figure = estimate(ratios(own, c));
    // Level is what measurement cannot tell apart.
    found.push(verdict("one row beside the C program, other trees", figure, figure.high >= 1, "times faster; level or better"));
  }
  const ownBatch = ownForm(many, runtime);
  const batch = fastest(many, ["onnxruntime-node", "onnxruntime"]);
  if (ownBatch !== undefined && batch !== undefined) {
    const figure = estimate(ratios(ownBatch, batch.rounds));
    found.push(
      verdict(
        "batch beside onnxruntime with one thread",
        figure,
        figure.median >= limits.batch,
        `times faster than ${batch.id}; at least ${limits.batch}`,
      ),
    );
  }
  const json = one[`${runtime} json`];
  if (json !== undefined && model === "iris-forest") {
    const figure = estimate(json);
    found.push(verdict("from JSON to JSON", figure, figure.median < limits.json, `µs; less than ${limits.json}`));
  }
  return found;
}

function fastest(
  rounds: Rounds,
  ids: readonly ContenderId[],
): { readonly id: ContenderId; readonly rounds: readonly number[] } | undefined {
  const present = ids.flatMap((id) => {
    const own = rounds[id];
    return own === undefined ? [] : [{ id, rounds: own }];
  });
  return present.sort((a, b) => median(a.rounds) - median(b.rounds))[0];
}

function ofWorkers({ model, runtime, one, two }: WorkersResult): Verdict {
  const figure = estimate(ratios(two, one));
  return {
    target: "two worker threads, batches",
    subject: model,
    runtime,
    met: figure.median >= limits.workers,
    figure,
    unit: `times one thread; at least ${limits.workers}`,
  };
}

/**
 * What a model holds, from above: resident memory has pages that the runtime has freed and keeps (Node), and what is counted as used
 * has WebAssembly's memory more than once (Bun). The smaller one is nearer.
 */
export function heldBytes(resident: number, used: number): number {
  return Math.min(resident, used);
}

function ofLargeLoading({ model, format, runtime, nodes, milliseconds, resident, used }: LargeLoadingResult): Verdict[] {
  const time = estimate(milliseconds.map((value) => (value * limits.load.nodes) / nodes));
  const memory = estimate(resident.map((bytes, load) => heldBytes(bytes, used[load] ?? bytes) / nodes));
  const subject = `${model}, ${format}`;
  return [
    {
      target: "load of 1,000,000 tree nodes",
      subject,
      runtime,
      met: time.median < limits.load.milliseconds,
      figure: time,
      unit: `ms for 1,000,000 nodes; less than ${limits.load.milliseconds}`,
    },
    {
      target: "memory after that load",
      subject,
      runtime,
      met: memory.median <= limits.load.bytesPerNode,
      figure: memory,
      unit: `bytes per node; at most ${limits.load.bytesPerNode}`,
    },
  ];
}

function ofLoading({ model, runtime, first, second }: LoadingResult): Verdict[] {
  const verdict = (target: string, values: readonly number[]): Verdict => {
    const figure = estimate(values);
    const met = figure.median < limits.smallLoad;
    return { target, subject: model, runtime, met, figure, unit: `ms; less than ${limits.smallLoad}` };
  };
  return [
    verdict("load of a small model in a new process", first),
    verdict("load of a small model in a process that has loaded one", second),
  ];
}

function micro(rounds: readonly number[]): string {
  return `${median(rounds).toPrecision(3)} µs`;
}
