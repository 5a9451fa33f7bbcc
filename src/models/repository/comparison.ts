import { type ClassLabel, labelClasses, type Task } from "../../graph/signature.ts";
import type { Answers } from "../answers.ts";
import type { Model } from "../model.ts";
import { closeEnough } from "../parity.ts";
import type { RowSource } from "../row-source.ts";

/** What became of the rows that one version answered and another one was asked as well. */
export interface ComparisonReport {
  readonly name: string;
  readonly kind: "canary" | "shadow";
  /** The version that clients were answered by, and the one that was asked beside it. */
  readonly answered: string;
  readonly compared: string;
  /** Rows by what became of them. */
  readonly rows: number;
  readonly labelsDiffer: number;
  /** Beyond float32's rounding: 1e-6, or 1e-5 of the score's size. */
  readonly scoresDiffer: number;
  readonly largestScoreDifference: number;
  /** Rows that the other version refused, or failed to answer. */
  readonly failed: number;
  /** Rows that were not compared, because too many waited. */
  readonly dropped: number;
  /** Some of the rows that differ, at random. */
  readonly samples: readonly ComparisonSample[];
}

export interface ComparisonSample {
  readonly row: unknown;
  readonly answered: SampleAnswer;
  readonly compared: SampleAnswer | { readonly error: string };
}

interface SampleAnswer {
  readonly labels?: readonly (ClassLabel | null)[];
  readonly scores?: readonly number[];
}

export interface ComparisonOptions {
  readonly kind: ComparisonReport["kind"];
  /** Its traffic is compared. */
  readonly answered: Model;
  readonly compared: Model;
  /** Calls back when the requests that wait have had their turn. */
  readonly defer: (callback: () => void) => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Requests that wait for their comparison. */
const mostWaiting = 64;
/** Of one request: more rows would hold up the requests of clients. */
const mostRows = 256;
const mostSamples = 20;

interface SomeAnswers {
  readonly labels?: Int32Array | undefined;
  readonly scores?: Float32Array | Float64Array | undefined;
}

interface Waiting extends SomeAnswers {
  readonly rows: readonly unknown[];
}

/** Asks a second version everything that a first one answers, after it has, and keeps count of the differences. */
export class Comparison {
  readonly #options: ComparisonOptions;
  readonly #waiting: Waiting[] = [];
  readonly #samples: ComparisonSample[] = [];
  readonly #stop: () => void;
  readonly #columns: readonly number[];
  #working = false;
  #rows = 0;
  #labelsDiffer = 0;
  #scoresDiffer = 0;
  #largest = 0;
  #failed = 0;
  #dropped = 0;
  #differing = 0;

  constructor(options: ComparisonOptions) {
    this.#options = options;
    this.#columns = matchingColumns(options.answered.signature.task, options.compared.signature.task);
    this.#stop = options.answered.observe({ answered: (rows, answers) => this.#take(rows, answers) });
  }

  report(): ComparisonReport {
    const { kind, answered, compared } = this.#options;
    return {
      name: answered.name,
      kind,
      answered: answered.version,
      compared: compared.version,
      rows: this.#rows,
      labelsDiffer: this.#labelsDiffer,
      scoresDiffer: this.#scoresDiffer,
      largestScoreDifference: this.#largest,
      failed: this.#failed,
      dropped: this.#dropped,
      samples: [...this.#samples],
    };
  }

  /** Whether it compares these two. */
  isOf(answered: Model, compared: Model): boolean {
    return this.#options.answered === answered && this.#options.compared === compared;
  }

  end(): void {
    this.#stop();
    this.#waiting.length = 0;
  }

  #take(rows: RowSource, { labels, scores, width }: Answers): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#dropped += rows.length;
      return;
    }
    const count = Math.min(rows.length, mostRows);
    this.#dropped += rows.length - count;
    const outputs = (labels?.length ?? 0) / rows.length;
    this.#waiting.push({
      rows: Array.isArray(rows) && count === rows.length ? rows : Array.from({ length: count }, (_, row) => rows.at(row)),
      labels: labels?.slice(0, count * outputs),
      scores: scores?.slice(0, count * width),
    });
    if (this.#working) return;
    this.#working = true;
    this.#options.defer(() => void this.#work());
  }

  async #work(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#working = false;
      return;
    }
    await this.#compare(next);
    this.#options.defer(() => void this.#work());
  }

  async #compare(waiting: Waiting): Promise<void> {
    const { rows } = waiting;
    const { compared } = this.#options;
    this.#rows += rows.length;
    try {
      const answered = compared.answerUnobserved(rows);
      const answers = answered instanceof Promise ? await answered : answered;
      for (let row = 0; row < rows.length; row++) this.#compareRow(waiting, answers, row);
    } catch (error) {
      this.#failed += rows.length;
      this.#sample(() => ({
        row: rows[0],
        answered: sampleOf(this.#options.answered.signature.task, waiting, rows.length, 0),
        compared: { error: error instanceof Error ? error.message : String(error) },
      }));
    }
  }

  #compareRow(waiting: Waiting, answers: Answers, row: number): void {
    const { answered, compared } = this.#options;
    const count = waiting.rows.length;
    const [first, second] = [answered, compared].map(({ signature }) => labelClasses(signature.task)) as [Classes, Classes];
    const differ = first.some((classes, output) => {
      const label = classes[waiting.labels?.[row * first.length + output] ?? -1];
      return label !== second[output]?.[answers.labels?.[row * second.length + output] ?? -1];
    });
    const width = (waiting.scores?.length ?? 0) / count;
    let farthest = 0;
    let isFar = false;
    for (let column = 0; column < width; column++) {
      const expected = waiting.scores?.[row * width + column] as number;
      const found = answers.scores?.[row * answers.width + (this.#columns[column] ?? -1)] ?? Number.NaN;
      if (Object.is(expected, found)) continue;
      if (!closeEnough(expected, found)) isFar = true;
      const difference = Math.abs(expected - found);
      if (difference > farthest) farthest = difference;
    }
    if (differ) this.#labelsDiffer++;
    if (isFar) this.#scoresDiffer++;
    this.#largest = Math.max(this.#largest, farthest);
    if (!(differ || isFar)) return;
    this.#sample(() => ({
      row: waiting.rows[row],
      answered: sampleOf(answered.signature.task, waiting, count, row),
      compared: sampleOf(compared.signature.task, answers, count, row),
    }));
  }

  /** A reservoir: each of the rows that differ has the same chance to be shown. */
  #sample(make: () => ComparisonSample): void {
    this.#differing++;
    if (this.#samples.length < mostSamples) this.#samples.push(make());
    else {
      const place = Math.floor(this.#options.random() * this.#differing);
      if (place < mostSamples) this.#samples[place] = make();
    }
  }
}

type Classes = readonly (readonly ClassLabel[])[];

function scoreNames(task: Task): readonly ClassLabel[] {
  if ("targets" in task) return task.targets;
  return task.kind === "tensors" ? [] : labelClasses(task).flat();
}

/** For each score of one model the same class's or target's in the other; -1 where it has none. */
function matchingColumns(from: Task, to: Task): number[] {
  const names = scoreNames(to);
  // Of several outputs' classes names come again: they are taken in their places.
  if ("outputs" in from || "outputs" in to) return scoreNames(from).map((name, column) => (names[column] === name ? column : -1));
  return scoreNames(from).map((name) => names.indexOf(name));
}

function sampleOf(task: Task, { labels, scores }: SomeAnswers, rows: number, row: number): SampleAnswer {
  const classes = labelClasses(task);
  const width = (scores?.length ?? 0) / rows;
  return {
    ...(labels === undefined ? {} : { labels: classes.map((names, output) => names[labels[row * classes.length + output] ?? -1] ?? null) }),
    ...(scores === undefined ? {} : { scores: [...scores.subarray(row * width, (row + 1) * width)] }),
  };
}
