import type { Model } from "../model.ts";
import type { ServedModels } from "../served-models.ts";
import { InputMonitor } from "./input-monitor.ts";
import { type MonitoringReport, monitoringReport } from "./report.ts";
import { type MonitorSnapshot, mergeSnapshots } from "./snapshot.ts";

export interface MonitorsOptions {
  readonly models: ServedModels;
  /** Milliseconds of a clock that never goes back; see `MonitorOptions`. */
  readonly clock: () => number;
  readonly windowMinutes: number;
}

/** A monitor for each model of rows that is served: from when it is loaded until it is gone. */
export class ModelMonitors {
  readonly #monitors = new WeakMap<Model, InputMonitor>();
  readonly #models: ServedModels;
  readonly #clock: () => number;
  readonly #windowMinutes: number;

  constructor({ models, clock, windowMinutes }: MonitorsOptions) {
    this.#models = models;
    this.#clock = clock;
    this.#windowMinutes = windowMinutes;
    this.#watch();
    models.onChange(() => this.#watch());
  }

  /** Of this process alone, for the others; undefined for a version that it does not serve, or not by rows. */
  snapshot(name: string, version: string): MonitorSnapshot | undefined {
    const model = this.#models.library.versions(name).find((one) => one.version === version);
    return model === undefined ? undefined : this.#monitors.get(model)?.snapshot();
  }

  /**
   * What a model has been asked and has answered.
   * @param snapshots What all processes have counted of this version; by default this one's
   */
  report(model: Model, snapshots: readonly MonitorSnapshot[] = []): MonitoringReport | undefined {
    const monitor = this.#monitors.get(model);
    if (monitor === undefined) return undefined;
    const { layout } = monitor;
    // For a moment another process may still serve the file that was there before.
    const [first, ...others] = snapshots.filter(({ total }) => total.length === layout.size);
    return monitoringReport({
      model: model.name,
      version: model.version,
      signature: model.signature,
      layout,
      snapshot: first === undefined ? monitor.snapshot() : mergeSnapshots([first, ...others]),
      windowMinutes: this.#windowMinutes,
    });
  }

  #watch(): void {
    for (const model of this.#models.library.list) {
      const { signature, graph } = model;
      if (signature.task.kind === "tensors" || this.#monitors.has(model)) continue;
      const monitor = new InputMonitor({
        signature,
        inputs: graph.inputs.map(({ name }) => name),
        clock: this.#clock,
        windowMilliseconds: this.#windowMinutes * 60_000,
      });
      this.#monitors.set(model, monitor);
      model.observe(monitor);
    }
  }
}
