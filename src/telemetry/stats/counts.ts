import { labelKey, type SeriesSnapshot } from "../metrics/snapshot.ts";

/** What one version has been asked, since the process started. */
export interface VersionCounts {
  readonly model: string;
  readonly version: string;
  /** Predictions asked for, however they were answered. */
  readonly requests: number;
  /** Of these, answered with a status of 400 to 499. */
  readonly clientErrors: number;
  /** Answered with 500 and more. */
  readonly serverErrors: number;
  readonly rows: number;
  /** Answers by duration, in the buckets of `setosa_request_duration_seconds`; the last one is for what took longer. */
  readonly durations: readonly number[];
}

/** What one process has counted and how it is: plain JSON, so that it can be sent to another. */
export interface ProcessCounts {
  /** When it started, in seconds since 1970: another process may have its place by now. */
  readonly started: number;
  readonly versions: readonly VersionCounts[];
  /** Answered with an error before a model was known: a wrong path, no key, too much to do. */
  readonly otherClientErrors: number;
  readonly otherServerErrors: number;
  /** How late the event loop was, in the buckets of `setosa_event_loop_lag_seconds`. */
  readonly lags: readonly number[];
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Predictions under way or waiting. */
  readonly queue: number;
  readonly connections: number;
}

/** The series that counts are made of, as a registry has them. */
export interface CountedSeries {
  /** `setosa_requests_total` */
  readonly requests: readonly SeriesSnapshot[];
  /** `setosa_request_duration_seconds` */
  readonly durations: readonly SeriesSnapshot[];
  /** `setosa_predicted_rows_total` */
  readonly rows: readonly SeriesSnapshot[];
  /** `setosa_event_loop_lag_seconds` */
  readonly lags: readonly SeriesSnapshot[];
}

/** Who looks at the server is no part of what it does. */
const watching: ReadonlySet<string> = new Set(["page", "index", "stats", "health", "metrics", "monitoring", "history"]);

type Filled = { -readonly [Key in keyof VersionCounts]: VersionCounts[Key] };

/** Puts the series of a process together: by version, whatever the protocol. */
export function countsOf(series: CountedSeries): Pick<ProcessCounts, "versions" | "otherClientErrors" | "otherServerErrors" | "lags"> {
  const versions = new Map<string, Filled>();
  const versionOf = (model: string, version: string): Filled => {
    const key = labelKey([model, version]);
    let counts = versions.get(key);
    if (counts === undefined) {
      counts = { model, version, requests: 0, clientErrors: 0, serverErrors: 0, rows: 0, durations: [] };
      versions.set(key, counts);
    }
    return counts;
  };
  let otherClientErrors = 0;
  let otherServerErrors = 0;
  for (const { labels, values } of series.requests) {
    const [protocol = "", model = "", version = "", , status = ""] = labels;
    const [count = 0] = values;
    if (watching.has(protocol)) continue;
    const isServerError = status >= "500";
    const isError = status >= "400";
    // Without a version no model was reached: a refusal, or a question about models.
    if (version === "") {
      if (isServerError) otherServerErrors += count;
      else if (isError) otherClientErrors += count;
      continue;
    }
    const counts = versionOf(model, version);
    counts.requests += count;
    if (isServerError) counts.serverErrors += count;
    else if (isError) counts.clientErrors += count;
  }
  for (const { labels, values } of series.durations) {
    const [, model = "", version = ""] = labels;
    const counts = versionOf(model, version);
    counts.durations = addBuckets(counts.durations, values);
  }
  for (const { labels, values } of series.rows) {
    const [model = "", version = ""] = labels;
    versionOf(model, version).rows += values[0] ?? 0;
  }
  const lags = series.lags.reduce<readonly number[]>((sum, { values }) => addBuckets(sum, values), []);
  return { versions: [...versions.values()], otherClientErrors, otherServerErrors, lags };
}

/** Without the sum, which stands behind a histogram's counts. */
function addBuckets(sum: readonly number[], values: readonly number[]): number[] {
  return values.slice(0, -1).map((value, index) => value + (sum[index] ?? 0));
}
