import type { ModelLibrary } from "../../models/library.ts";
import type { ModelEvent } from "../../models/repository/events.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { NamesOf } from "../../telemetry/metrics/definitions.ts";
import type { Registry } from "../../telemetry/metrics/registry.ts";

/** Whose labels are the news: what is not true any more is taken away. */
const gauges = [
  "setosa_model_info",
  "setosa_model_state",
  "setosa_model_error",
  "setosa_model_parity_rows",
  "setosa_model_load_duration_seconds",
  "setosa_model_file_bytes",
] as const satisfies readonly NamesOf<"gauge">[];

/** What is loaded, and what could not be. */
export function modelMetrics(registry: Registry, models: ServedModels): void {
  countStart(registry, models.library);
  registry.onCollect(() => {
    for (const name of gauges) registry.clear(name);
    const { library } = models;
    for (const { name: model, version, engine, parity, loadMilliseconds, bytes } of library.list) {
      const labels = { model, version };
      const state = library.get(model).version === version ? "primary" : "loaded";
      registry.gauge("setosa_model_info", { ...labels, engine: engine.kind, reason: engine.reason }).set(1);
      registry.gauge("setosa_model_state", { ...labels, state }).set(1);
      registry.gauge("setosa_model_parity_rows", labels).set(parity?.passed ?? 0);
      registry.gauge("setosa_model_load_duration_seconds", labels).set(loadMilliseconds / 1000);
      registry.gauge("setosa_model_file_bytes", labels).set(bytes);
    }
    for (const { name: model, version = "", error, replacing } of library.failures) {
      registry.gauge("setosa_model_error", { model, version, code: error.code }).set(1);
      if (!replacing) registry.gauge("setosa_model_state", { model, version, state: "failed" }).set(1);
    }
  });
}

/** What was loaded before anybody could hear of it. */
function countStart(registry: Registry, { list, failures }: ModelLibrary): void {
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
