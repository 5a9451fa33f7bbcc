import type { PanelSpec, Query, Section } from "./panels.ts";

/** Of the server that is chosen, and of the model in what has one. */
const server = 'job="$job", instance=~"$instance"';
const model = `${server}, model=~"$model"`;

function rate(metric: string, selector: string): string {
  return `rate(${metric}{${selector}}[$__rate_interval])`;
}

function quantile(q: number, metric: string, selector: string, by = ""): string {
  return `histogram_quantile(${q}, sum by (${by === "" ? "le" : `${by}, le`}) (${rate(`${metric}_bucket`, selector)}))`;
}

function chart(title: string, description: string, unit: string, queries: readonly Query[], more: Partial<PanelSpec> = {}): PanelSpec {
  return { title, description, kind: "timeseries", width: 12, unit, queries, ...more };
}

function stat(title: string, description: string, unit: string, expr: string, red?: number): PanelSpec {
  return { title, description, kind: "stat", width: 4, unit, queries: [{ expr, legend: "" }], ...(red === undefined ? {} : { red }) };
}

/** 0 where there were no requests at all. */
const errorRatio = `sum(${rate("setosa_requests_total", `${model}, status=~"5.."`)}) / clamp_min(sum(${rate("setosa_requests_total", model)}), 1e-9) or vector(0)`;

const overview: Section = {
  title: "Overview",
  panels: [
    stat("Requests per second", "For the models that are chosen.", "reqps", `sum(${rate("setosa_requests_total", model)})`),
    stat("Failed", "The server's own failures and refusals (status 5xx), of all requests.", "percentunit", errorRatio, 0.01),
    stat("p99", "99 % of the requests take no longer.", "s", quantile(0.99, "setosa_request_duration_seconds", model)),
    stat("Not loaded", "Versions that were found and could not be loaded.", "short", `sum(setosa_model_error{${server}}) or vector(0)`, 1),
    stat("Workers", "Processes that serve.", "short", `sum(setosa_workers{${server}})`),
    stat("Memory", "Of all processes, in RAM.", "bytes", `sum(setosa_process_resident_memory_bytes{${server}})`),
  ],
};

const traffic: Section = {
  title: "Traffic",
  panels: [
    chart("Requests by model", "Answers of any kind.", "reqps", [
      { expr: `sum by (model) (${rate("setosa_requests_total", `${model}, model!=""`)})`, legend: "{{model}}" },
    ]),
    chart("Errors by code", "docs/errors.md says what each code means. Those without a model meant none, or found none.", "reqps", [
      {
        expr: `sum by (code, model) (${rate("setosa_requests_total", `${server}, model=~"$model|", code!="ok"`)})`,
        legend: "{{code}} {{model}}",
      },
    ]),
    chart("Requests by version", "During a canary or a swap: who answers.", "reqps", [
      { expr: `sum by (model, version) (${rate("setosa_requests_total", `${model}, version!=""`)})`, legend: "{{model}} {{version}}" },
    ]),
    chart("Requests by protocol", "predict, health, metrics, and so on.", "reqps", [
      { expr: `sum by (protocol) (${rate("setosa_requests_total", server)})`, legend: "{{protocol}}" },
    ]),
    chart("Rows by model", "Rows predicted a second.", "rowsps", [
      { expr: `sum by (model) (${rate("setosa_predicted_rows_total", model)})`, legend: "{{model}}" },
    ]),
    chart("Rows of a request", "Median and 99th percentile.", "short", [
      { expr: quantile(0.5, "setosa_request_rows", model, "model"), legend: "{{model}} p50" },
      { expr: quantile(0.99, "setosa_request_rows", model, "model"), legend: "{{model}} p99" },
    ]),
  ],
};

const latency: Section = {
  title: "Latency",
  panels: [
    chart(
      "Percentiles",
      "Of the models that are chosen, from a request's head to its answer.",
      "s",
      [0.5, 0.9, 0.99, 0.999].map((q) => ({ expr: quantile(q, "setosa_request_duration_seconds", model), legend: `p${q * 100}` })),
    ),
    chart("p99 by model and version", "Whether a new version is slower than the one before.", "s", [
      { expr: quantile(0.99, "setosa_request_duration_seconds", model, "model, version"), legend: "{{model}} {{version}}" },
    ]),
    chart(
      "Phases, mean",
      "Where the time of a prediction goes, for a sample of the requests.",
      "s",
      [
        {
          expr: `sum by (phase) (${rate("setosa_request_phase_duration_seconds_sum", model)}) / sum by (phase) (${rate("setosa_request_phase_duration_seconds_count", model)})`,
          legend: "{{phase}}",
        },
      ],
      { stacked: true },
    ),
    chart("Phases, p99", "The same, at its worst.", "s", [
      { expr: quantile(0.99, "setosa_request_phase_duration_seconds", model, "phase"), legend: "{{phase}}" },
    ]),
  ],
};

const load: Section = {
  title: "Load",
  panels: [
    chart("Queue", "Predictions under way or waiting on engines that answer later, and how many there may be.", "short", [
      { expr: `sum(setosa_queue_requests{${server}})`, legend: "under way" },
      { expr: `sum(setosa_queue_limit{${server}})`, legend: "limit" },
    ]),
    chart("Rejects", "Refused at once, by reason.", "reqps", [
      { expr: `sum by (reason) (${rate("setosa_rejects_total", server)})`, legend: "{{reason}}" },
    ]),
    chart("Connections", "Open, and new ones a second.", "short", [
      { expr: `sum(setosa_connections{${server}})`, legend: "open" },
      { expr: `sum by (result) (${rate("setosa_connections_total", server)})`, legend: "{{result}} per second" },
    ]),
    chart("Batch rows", "Rows that an engine ran at once, where requests are put together.", "short", [
      { expr: quantile(0.5, "setosa_batch_rows", model, "model"), legend: "{{model}} p50" },
      { expr: quantile(0.99, "setosa_batch_rows", model, "model"), legend: "{{model}} p99" },
    ]),
    chart("Event loop lag", "How long each worker answered nobody: median and 99th percentile.", "s", [
      { expr: quantile(0.5, "setosa_event_loop_lag_seconds", server, "instance, worker"), legend: "{{instance}} {{worker}} p50" },
      { expr: quantile(0.99, "setosa_event_loop_lag_seconds", server, "instance, worker"), legend: "{{instance}} {{worker}} p99" },
    ]),
    chart("Garbage collection", "Part of the time; Bun does not tell.", "percentunit", [
      {
        expr: `sum by (instance, worker, kind) (${rate("setosa_gc_duration_seconds_sum", server)})`,
        legend: "{{instance}} {{worker}} {{kind}}",
      },
    ]),
  ],
};

const processes: Section = {
  title: "Processes",
  panels: [
    chart("Processor", "Cores that each process keeps busy.", "short", [
      { expr: rate("setosa_process_cpu_seconds_total", server), legend: "{{instance}} {{worker}}" },
    ]),
    chart("Memory", "In RAM, and JavaScript objects.", "bytes", [
      { expr: `setosa_process_resident_memory_bytes{${server}}`, legend: "{{instance}} {{worker}}" },
      { expr: `setosa_process_heap_bytes{${server}}`, legend: "{{instance}} {{worker}} heap" },
    ]),
    chart("File descriptors", "Open; each connection takes one.", "short", [
      { expr: `setosa_process_open_fds{${server}}`, legend: "{{instance}} {{worker}}" },
    ]),
    chart("Restarts", "Workers that ended without being asked to, in an hour.", "short", [
      { expr: `increase(setosa_worker_restarts_total{${server}}[1h])`, legend: "{{instance}}" },
    ]),
  ],
};

const models: Section = {
  title: "Models",
  panels: [
    {
      title: "Loaded versions",
      description: "And the engine of each, with why it was chosen.",
      kind: "table",
      width: 12,
      unit: "short",
      queries: [{ expr: `setosa_model_info{${model}} == 1`, legend: "" }],
    },
    {
      title: "States and errors",
      description: "What each version does, and why one was not loaded. GET /models has the details.",
      kind: "table",
      width: 12,
      unit: "short",
      queries: [
        { expr: `setosa_model_state{${model}} == 1`, legend: "" },
        { expr: `setosa_model_error{${model}} == 1`, legend: "" },
      ],
    },
    chart("Loads", "In an hour, by result.", "short", [
      { expr: `sum by (model, result) (increase(setosa_model_loads_total{${model}}[1h]))`, legend: "{{model}} {{result}}" },
    ]),
    chart("Swaps", "Changes of the version that answers, in an hour.", "short", [
      { expr: `sum by (model) (increase(setosa_model_swaps_total{${model}}[1h]))`, legend: "{{model}}" },
    ]),
    chart("Canary and shadow", "Rows that differ from the primary version's, of those that both predicted.", "percentunit", [
      {
        expr: `sum by (model, version, kind, difference) (${rate("setosa_comparison_differences_total", model)}) / on (model, version, kind) group_left sum by (model, version, kind) (${rate("setosa_comparison_rows_total", model)})`,
        legend: "{{model}} {{version}} {{kind}} {{difference}}",
      },
      { expr: `sum by (model, version) (setosa_model_canary_ratio{${model}})`, legend: "{{model}} {{version}} share of requests" },
    ]),
    chart("Load time", "From the file to a checked model; the slowest worker's.", "s", [
      { expr: `setosa_model_load_duration_seconds{${model}}`, legend: "{{model}} {{version}}" },
    ]),
    chart("Parity rows", "Rows on which the version was seen to answer as in training; 0 where nobody checked.", "short", [
      { expr: `setosa_model_parity_rows{${model}}`, legend: "{{model}} {{version}}" },
    ]),
  ],
};

const inputs: Section = {
  title: "Inputs",
  panels: [
    chart("Drift of features", "Population stability index beyond chance; from 0.1 moderate, from 0.25 large. The ten greatest.", "short", [
      { expr: `topk(10, max by (model, feature) (setosa_feature_drift_index{${model}}))`, legend: "{{model}} {{feature}}" },
    ]),
    chart("Drift of predictions", "The same of labels, targets and scores.", "short", [
      { expr: `max by (model, output) (setosa_prediction_drift_index{${model}})`, legend: "{{model}} {{output}}" },
    ]),
    chart(
      "Odd values",
      "Unlike the training rows, of all rows: missing, out of range, unseen categories. The ten greatest.",
      "percentunit",
      [
        {
          expr: `topk(10, sum by (model, feature, problem) (${rate("setosa_feature_values_total", model)}) / on (model) group_left sum by (model) (${rate("setosa_monitored_rows_total", model)}))`,
          legend: "{{model}} {{feature}} {{problem}}",
        },
      ],
    ),
    chart("Monitored rows", "Rows whose features were looked at, a second.", "rowsps", [
      { expr: `sum by (model) (${rate("setosa_monitored_rows_total", model)})`, legend: "{{model}}" },
    ]),
  ],
};

export const sections: readonly Section[] = [overview, traffic, latency, load, processes, models, inputs];
