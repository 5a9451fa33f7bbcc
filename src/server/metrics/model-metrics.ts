import type { IndexEntry, ModelControl } from "../../models/control.ts";
import type { ModelLibrary } from "../../models/library.ts";
import type { ModelEvent } from "../../models/repository/events.ts";
import type { NamesOf } from "../../telemetry/metrics/definitions.ts";
import type { Registry } from "../../telemetry/metrics/registry.ts";

/** Whose labels are the news: what is not true any more is taken away. */
const gauges = [
  "setosa_model_info",
  "setosa_model_state",
  "setosa_model_canary_ratio",
  "setosa_model_error",
  "setosa_model_parity_rows",
  "setosa_model_load_duration_seconds",
  "setosa_model_file_bytes",
] as const satisfies readonly NamesOf<"gauge">[];

/** Counts what was loaded before anybody could hear of it. */
export function countStart(registry: Registry, { list, failures }: ModelLibrary): void {
  for (const { name: model } of list) {
    registry.counter("setosa_model_loads_total", { model, result: "ok" }).increment();
    // 0 from the start, so that the first swap is seen as one.
    registry.counter("setosa_model_swaps_total", { model });
  }
  for (const { name: model, error } of failures) registry.counter("setosa_model_loads_total", { model, result: error.code }).increment();
}

/** Counts what happens to models while the server runs. */
export function countModelEvent(registry: Registry, event: ModelEvent): void {
  switch (event.kind) {
    case "loaded": {
      const { model, replaced } = event;
      registry.counter("setosa_model_loads_total", { model: model.name, result: "ok" }).increment();
      const swaps = registry.counter("setosa_model_swaps_total", { model: model.name });
      // Another file in the same version; another version is promoted, which is an event of its own.
      if (replaced?.version === model.version) swaps.increment();
      return;
    }
    case "failed":
      registry.counter("setosa_model_loads_total", { model: event.name, result: event.error.code }).increment();
      return;
    case "promoted":
      if (event.from !== undefined) registry.counter("setosa_model_swaps_total", { model: event.name }).increment();
      return;
    case "unloaded":
    case "traffic":
    case "unreadable":
      return;
  }
}

/** What is loaded, what could not be, and what each version does: asked at each scrape. */
export async function collectModels(registry: Registry, library: ModelLibrary, control: ModelControl): Promise<void> {
  const index = await control.index();
  const candidates = index.filter(({ traffic }) => traffic === "canary" || traffic === "shadow");
  const names = [...new Set(candidates.map(({ name }) => name))];
  const comparisons = await Promise.all(names.map((name) => control.comparison(name)));

  for (const name of gauges) registry.clear(name);
  for (const { name: model, version, engine, parity, loadMilliseconds, bytes } of library.list) {
    const labels = { model, version };
    registry.gauge("setosa_model_info", { ...labels, engine: engine.kind, reason: engine.reason }).set(1);
    registry.gauge("setosa_model_parity_rows", labels).set(parity?.passed ?? 0);
    registry.gauge("setosa_model_load_duration_seconds", labels).set(loadMilliseconds / 1000);
    registry.gauge("setosa_model_file_bytes", labels).set(bytes);
  }
  for (const entry of index) {
    const { name: model, version = "", code, percent } = entry;
    registry.gauge("setosa_model_state", { model, version, state: stateOf(entry) }).set(1);
    if (code !== undefined) registry.gauge("setosa_model_error", { model, version, code }).set(1);
    if (percent !== undefined) registry.gauge("setosa_model_canary_ratio", { model, version }).set(percent / 100);
  }
  for (const comparison of comparisons) {
    if (comparison === undefined) continue;
    const { name: model, kind, answered, compared, rows, labelsDiffer, scoresDiffer, failed, dropped } = comparison;
    const labels = { model, version: kind === "canary" ? answered : compared, kind };
    registry.counter("setosa_comparison_rows_total", labels).set(rows);
    const differences = { label: labelsDiffer, score: scoresDiffer, failed, dropped };
    for (const [difference, count] of Object.entries(differences))
      registry.counter("setosa_comparison_differences_total", { ...labels, difference }).set(count);
  }
}

function stateOf({ state, traffic, code }: IndexEntry): string {
  if (traffic !== undefined) return traffic;
  if (state === "READY") return "loaded";
  if (state === "LOADING") return "loading";
  return code === undefined ? "unloaded" : "failed";
}
