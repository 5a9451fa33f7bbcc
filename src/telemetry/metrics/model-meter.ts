import { PhaseSeries } from "./phases.ts";
import type { Registry } from "./registry.ts";
import { RequestSeries } from "./request-series.ts";
import type { Counter } from "./series.ts";

export interface MeteredModel {
  readonly name: string;
  readonly version: string;
  readonly answersInline: boolean;
  /** Rows that it has predicted since it was loaded. */
  readonly predictedRows: number;
  /** With a queue where requests are put together. */
  readonly engine: { readonly queue?: { onRun(listener: (rows: number) => void): void } };
}

/** What is counted of one loaded version. */
export class ModelMeter {
  readonly phases: PhaseSeries;
  /** Of an engine that answers later the phases of every request are timed: the time for that is nothing beside its own. */
  readonly timesAll: boolean;
  readonly #registry: Registry;
  readonly #model: MeteredModel;
  readonly #rows: Counter;
  readonly #byProtocol = new Map<string, RequestSeries>();
  #seenRows: number;
  /** Most versions are asked by one protocol: the last one is found without a look-up. */
  #protocol = "";
  #series: RequestSeries | undefined;

  constructor(registry: Registry, model: MeteredModel) {
    const { name, version } = model;
    this.#registry = registry;
    this.#model = model;
    this.#seenRows = model.predictedRows;
    this.timesAll = !model.answersInline;
    this.phases = new PhaseSeries(registry, name);
    this.#rows = registry.counter("setosa_predicted_rows_total", { model: name, version });
  }

  requests(protocol: string): RequestSeries {
    if (protocol === this.#protocol && this.#series !== undefined) return this.#series;
    const { name: model, version } = this.#model;
    let series = this.#byProtocol.get(protocol);
    if (series === undefined) {
      series = new RequestSeries(this.#registry, { protocol, model, version });
      this.#byProtocol.set(protocol, series);
    }
    this.#protocol = protocol;
    this.#series = series;
    return series;
  }

  /** Hears of the engine's runs, for as long as there is the model. */
  watchRuns(): void {
    const { engine, name } = this.#model;
    if (engine.queue === undefined) return;
    const batch = this.#registry.histogram("setosa_batch_rows", { model: name });
    engine.queue.onRun((rows) => batch.observe(rows));
  }

  /** Adds the rows that the model has counted since. Another model object may have counted before, under the same name and version. */
  collectRows(): void {
    const { predictedRows } = this.#model;
    this.#rows.add(predictedRows - this.#seenRows);
    this.#seenRows = predictedRows;
  }
}
