import type { BucketName } from "./buckets.ts";

export interface Definition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** For a histogram. */
  readonly buckets?: BucketName;
  /** How the values of several workers become one: added up, the greatest, or each by itself under a label `worker`. */
  readonly across: "sum" | "max" | "worker";
}

/**
 * Every metric, in the order in which it is exposed: a closed table, from which docs/metrics.md is made.
 *
 * Units are Prometheus's base units, and part of the name. No label takes a value that a client made up: models and versions are
 * those that are loaded, protocols and codes are closed lists.
 */
export const definitions = {
  setosa_build_info: {
    type: "gauge",
    help: "1; what runs, and on which runtime.",
    labels: ["version", "runtime", "runtime_version"],
    across: "max",
  },

  setosa_requests_total: {
    type: "counter",
    help: "Requests answered, by what answered and how: code is `ok` or the error's code, status the HTTP status. Without a model where no model was meant or found.",
    labels: ["protocol", "model", "version", "code", "status"],
    across: "sum",
  },
  setosa_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request's head to its answer, reading of the body included: of requests that reached a model, without those that were refused at once.",
    labels: ["protocol", "model", "version"],
    buckets: "duration",
    across: "sum",
  },
  setosa_request_phase_duration_seconds: {
    type: "histogram",
    help: "Where the time of predictions goes, for a sample of them: read (the body arrives), decode (JSON to the engine's input), queue (waiting for the engine), infer (the engine), encode (outputs to the answer).",
    labels: ["model", "phase"],
    buckets: "duration",
    across: "sum",
  },
  setosa_predicted_rows_total: {
    type: "counter",
    help: "Rows that were predicted, copies for a shadow included.",
    labels: ["model", "version"],
    across: "sum",
  },
  setosa_request_rows: {
    type: "histogram",
    help: "Rows of a predicted request, for the same sample of requests.",
    labels: ["model"],
    buckets: "rows",
    across: "sum",
  },
  setosa_batch_rows: {
    type: "histogram",
    help: "Rows that an engine ran at once, where requests are put together.",
    labels: ["model"],
    buckets: "batch",
    across: "sum",
  },
  setosa_rejects_total: {
    type: "counter",
    help: "Work that was refused, by reason. Refusals of whole requests are in setosa_requests_total too, under their code.",
    labels: ["reason"],
    across: "sum",
  },
  setosa_queue_requests: {
    type: "gauge",
    help: "Predictions under way or waiting on engines that answer later.",
    labels: [],
    across: "sum",
  },
  setosa_queue_limit: {
    type: "gauge",
    help: "How many may wait, in the queues of all models together.",
    labels: [],
    across: "sum",
  },

  setosa_model_info: {
    type: "gauge",
    help: "1 for each loaded version; the engine that runs it, and why that one.",
    labels: ["model", "version", "engine", "reason"],
    across: "max",
  },
  setosa_model_state: {
    type: "gauge",
    help: "1 for what each version does: `primary`, `canary`, `shadow`, `loaded` (answers where it is named), `loading`, `unloaded`, `failed`.",
    labels: ["model", "version", "state"],
    across: "max",
  },
  setosa_model_canary_ratio: {
    type: "gauge",
    help: "Share of a model's requests that a canary answers.",
    labels: ["model", "version"],
    across: "max",
  },
  setosa_comparison_rows_total: {
    type: "counter",
    help: "Rows that both a canary or shadow and the primary version predicted.",
    labels: ["model", "version", "kind"],
    across: "sum",
  },
  setosa_comparison_differences_total: {
    type: "counter",
    help: "Of these, rows whose `label` or `score` differed, that one of both `failed` to predict, or that were `dropped`, because too many waited.",
    labels: ["model", "version", "kind", "difference"],
    across: "sum",
  },
  setosa_model_error: {
    type: "gauge",
    help: "1 where a version could not be loaded; the code says why, `GET /models` the details.",
    labels: ["model", "version", "code"],
    across: "max",
  },
  setosa_model_parity_rows: {
    type: "gauge",
    help: "Rows on which the loaded version was seen to answer as the framework that trained it; 0 where that was not checked.",
    labels: ["model", "version"],
    across: "max",
  },
  setosa_model_load_duration_seconds: {
    type: "gauge",
    help: "Time that loading the version took, from the file to a checked model; the slowest worker's.",
    labels: ["model", "version"],
    across: "max",
  },
  setosa_model_file_bytes: {
    type: "gauge",
    help: "Size of the version's file.",
    labels: ["model", "version"],
    across: "max",
  },
  setosa_model_loads_total: {
    type: "counter",
    help: "Loads, in every worker: result is `ok` or the error's code.",
    labels: ["model", "result"],
    across: "sum",
  },
  setosa_model_swaps_total: {
    type: "counter",
    help: "Changes of the version that answers for a model, in every worker.",
    labels: ["model"],
    across: "sum",
  },

  setosa_monitored_rows_total: {
    type: "counter",
    help: "Rows whose features were looked at.",
    labels: ["model", "version"],
    across: "sum",
  },
  setosa_feature_values_total: {
    type: "counter",
    help: "Values that are unlike the training rows': `missing`, `below_min`, `above_max`, `unseen` (a category), or `refused`, with their row. Of a model's first 200 features.",
    labels: ["model", "version", "feature", "problem"],
    across: "sum",
  },
  setosa_predictions_total: {
    type: "counter",
    help: "Rows by the class that was predicted, for each label of a row. Of a model's first 100 classes.",
    labels: ["model", "version", "output", "class"],
    across: "sum",
  },
  setosa_feature_drift_index: {
    type: "gauge",
    help: "Population stability index of the feature in the monitoring window against the training rows, less what chance alone makes; the greatest worker's. From 0.1 moderate, from 0.25 large.",
    labels: ["model", "version", "feature"],
    across: "max",
  },
  setosa_prediction_drift_index: {
    type: "gauge",
    help: "The same of what is predicted: labels, targets, and the score of the predicted class.",
    labels: ["model", "version", "output"],
    across: "max",
  },

  setosa_connections: {
    type: "gauge",
    help: "Open connections.",
    labels: [],
    across: "sum",
  },
  setosa_connections_total: {
    type: "counter",
    help: "Connections, by whether they were accepted or rejected over the limit.",
    labels: ["result"],
    across: "sum",
  },

  setosa_event_loop_lag_seconds: {
    type: "histogram",
    help: "How late a timer was that is due 25 times a second: for so long, the worker answered nobody.",
    labels: [],
    buckets: "lag",
    across: "worker",
  },
  setosa_gc_duration_seconds: {
    type: "histogram",
    help: "Garbage collections. On Node only: Bun does not tell.",
    labels: ["kind"],
    buckets: "pause",
    across: "worker",
  },
  setosa_process_cpu_seconds_total: {
    type: "counter",
    help: "Processor time of the process, all threads, user and system.",
    labels: [],
    across: "worker",
  },
  setosa_process_resident_memory_bytes: {
    type: "gauge",
    help: "Memory of the process that is in RAM.",
    labels: [],
    across: "worker",
  },
  setosa_process_heap_bytes: {
    type: "gauge",
    help: "JavaScript objects, without the memory of models' kernels.",
    labels: [],
    across: "worker",
  },
  setosa_process_open_fds: {
    type: "gauge",
    help: "Open file descriptors. On Linux only.",
    labels: [],
    across: "worker",
  },
  setosa_process_max_fds: {
    type: "gauge",
    help: "How many file descriptors the process may open. On Linux only.",
    labels: [],
    across: "worker",
  },
  setosa_process_start_time_seconds: {
    type: "gauge",
    help: "When the process started, in seconds since 1970.",
    labels: [],
    across: "worker",
  },
  setosa_workers: {
    type: "gauge",
    help: "Processes that serve.",
    labels: [],
    across: "sum",
  },
  setosa_workers_configured: {
    type: "gauge",
    help: "Processes that should serve.",
    labels: [],
    across: "max",
  },
  setosa_worker_restarts_total: {
    type: "counter",
    help: "Workers that ended without being asked to, and were started again.",
    labels: [],
    across: "sum",
  },

  setosa_telemetry_lost_total: {
    type: "counter",
    help: "Log lines, spans and captured requests that were lost, because they could not be written or sent as fast as they came.",
    labels: ["kind"],
    across: "sum",
  },
} as const satisfies Readonly<Record<string, Definition>>;

type Definitions = typeof definitions;
export type MetricName = keyof Definitions;
/** The metrics of one type. */
export type NamesOf<Type extends Definition["type"]> = {
  [Name in MetricName]: Definitions[Name]["type"] extends Type ? Name : never;
}[MetricName];
/** Values for all labels of a metric. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Definitions[Name]["labels"][number], string>>;

export const metricNames = Object.keys(definitions) as readonly MetricName[];

export function definitionOf(name: MetricName): Definition {
  return definitions[name];
}
