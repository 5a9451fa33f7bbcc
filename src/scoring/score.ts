import { SetosaError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import { replaced } from "./errors.ts";
import type { Job, JobResult, SkippedRow } from "./job.ts";
import type { Prepared } from "./prepare.ts";
import { Scorer } from "./scorer.ts";
import type { ScoringSettings } from "./settings.ts";
import { ParquetSink, PartsSink } from "./sinks/answers.ts";
import type { Sink } from "./sinks/output-file.ts";
import type { Source } from "./source.ts";
import { type Pool, threadPool } from "./workers/pool.ts";
import type { WorkerStart } from "./workers/start.ts";

export interface Progress {
  /** Rows that were answered or skipped. */
  readonly rows: number;
  /** Of all that is to be read; undefined where nobody knows. */
  readonly share: number | undefined;
}

export interface ScoreOptions {
  readonly model: Model;
  /** The model's file, for threads that load it again. */
  readonly modelBytes: Uint8Array;
  readonly engine: WorkerStart["load"]["engine"];
  readonly source: Source;
  readonly prepared: Prepared;
  readonly settings: ScoringSettings;
  /** Threads at the most. */
  readonly workers: number;
  readonly sink: Sink;
  /** Each row that is left out. */
  readonly skipped: (row: SkippedRow) => Promise<void>;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export interface Scored {
  readonly rows: number;
  readonly skipped: number;
  readonly workers: number;
}

/** A table of fewer jobs is scored in this thread: others would take longer to start. */
const jobsInThisThread = 2;

/**
 * Scores a table from beginning to end; answers go to the sink in the order of the rows.
 * @throws SetosaError with the file, the row and the column in its path; whatever the sink throws
 */
export async function score(options: ScoreOptions): Promise<Scored> {
  const { source, prepared, settings, sink, signal, progress } = options;
  const answers = settings.output === "parquet" ? new ParquetSink(sink) : new PartsSink(sink);
  const jobs = prepared.jobs[Symbol.asyncIterator]();
  const under: Promise<JobResult>[] = [];
  let pool: Pool | undefined;
  let [rows, skipped] = [0, 0];
  const take = async (): Promise<void> => {
    const result = await (under.shift() as Promise<JobResult>);
    signal.throwIfAborted();
    await answers.add(result);
    for (const row of result.skipped) await options.skipped({ ...row, path: `${source.name}: ${row.path}` });
    rows += result.rows;
    skipped += result.skipped.length;
    progress({ rows: rows + skipped, share: shareOf(rows + skipped, options) });
  };
  try {
    const first = await firstJobs(jobs);
    pool = openPool(options, first.length > jobsInThisThread);
    const most = settings.input.format === "parquet" ? pool.parallel : pool.parallel * 2;
    for await (const job of chained(first, jobs)) {
      signal.throwIfAborted();
      const result = pool.score(job);
      // Told when it is its turn.
      result.catch(() => {});
      under.push(result);
      if (under.length >= most) await take();
    }
    while (under.length > 0) await take();
    signal.throwIfAborted();
    if (rows === 0) throw nothingScored(source.name, skipped);
    await answers.finish();
    return { rows, skipped, workers: pool.parallel };
  } catch (error) {
    signal.throwIfAborted();
    throw inFile(error, source.name);
  } finally {
    source.destroy();
    await pool?.close();
  }
}

async function firstJobs(jobs: AsyncIterator<Job>): Promise<Job[]> {
  const first: Job[] = [];
  while (first.length <= jobsInThisThread) {
    const next = await jobs.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  return first;
}

async function* chained(first: readonly Job[], rest: AsyncIterator<Job>): AsyncGenerator<Job> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** onnxruntime has threads of its own, with jobs from this one. */
function openPool({ model, modelBytes, engine, settings, workers }: ScoreOptions, isLarge: boolean): Pool {
  if (!isLarge || workers === 1 || !model.answersInline) {
    const scorer = new Scorer(model, settings);
    return { parallel: model.engine.parallel ?? 1, score: (job) => scorer.score(job), close: () => scorer.close() };
  }
  const { name, version } = model;
  return threadPool({ model: modelBytes, load: { name, version, ...(engine === undefined ? {} : { engine }) }, settings }, workers);
}

function shareOf(rows: number, { source, prepared }: ScoreOptions): number | undefined {
  if (prepared.rows !== undefined) return prepared.rows === 0 ? 1 : rows / prepared.rows;
  return source.size === undefined ? undefined : Math.min(1, source.read / Math.max(1, source.size));
}

function nothingScored(name: string, skipped: number): SetosaError {
  return skipped === 0
    ? new SetosaError("ROWS_EMPTY", "The table has no row.", { path: name, hint: "Give at least one row." })
    : new SetosaError("ROWS_EMPTY", `None of the ${skipped} rows can be answered.`, { path: name, hint: "See the errors of the rows." });
}

/** Paths begin with the file. */
function inFile(error: unknown, name: string): unknown {
  if (!(error instanceof SetosaError)) return error;
  const { path } = error;
  if (path === name || path?.startsWith(`${name}: `) === true) return error;
  return replaced(error, path === undefined || path === "" ? name : `${name}: ${path}`);
}
