import { buckets } from "./buckets.ts";
import { definitionOf, type LabelsOf, type MetricName, metricNames, type NamesOf } from "./definitions.ts";
import { liveSeries } from "./live-series.ts";
import { Counter, Gauge, Histogram, type Series } from "./series.ts";
import { labelKey, type SeriesSnapshot, type Snapshot } from "./snapshot.ts";
import { VersionLives } from "./version-lives.ts";

interface Entry {
  readonly labels: readonly string[];
  readonly series: Series;
}

/** The series of one process. Asking for one is for set-up; counting goes through the series itself. */
export class Registry {
  readonly #families = new Map<MetricName, Map<string, Entry>>();
  readonly #collectors: (() => void)[] = [];
  readonly #versions: VersionLives;

  /** @param now Milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#versions = new VersionLives(now);
  }

  counter<Name extends NamesOf<"counter">>(name: Name, labels: LabelsOf<Name>): Counter {
    return this.#series(name, labels, () => new Counter());
  }

  gauge<Name extends NamesOf<"gauge">>(name: Name, labels: LabelsOf<Name>): Gauge {
    return this.#series(name, labels, () => new Gauge());
  }

  histogram<Name extends NamesOf<"histogram">>(name: Name, labels: LabelsOf<Name>): Histogram {
    return this.#series(name, labels, () => new Histogram(buckets[definitionOf(name).buckets ?? "duration"]));
  }

  /** Takes away every series of a metric: for gauges whose labels are the news, set anew at each collection. */
  clear(name: NamesOf<"gauge">): void {
    this.#families.delete(name);
  }

  /** Called before each snapshot, to set what is known elsewhere. */
  onCollect(collector: () => void): void {
    this.#collectors.push(collector);
  }

  /** The versions that are loaded now. Series of others are dropped after a while. */
  loaded(versions: readonly { readonly model: string; readonly version: string }[]): void {
    this.#versions.loaded(versions);
  }

  /** One metric's series as they are counted now; what is only collected for a snapshot is as it was for the last one. */
  read(name: MetricName): readonly SeriesSnapshot[] {
    const series: SeriesSnapshot[] = [];
    for (const { labels, series: one } of this.#families.get(name)?.values() ?? []) {
      const values = one.read();
      if (values !== undefined) series.push({ labels, values });
    }
    return series;
  }

  snapshot(): Snapshot {
    for (const collect of this.#collectors) collect();
    const versions = this.#versions.sweep();
    const metrics: Partial<Record<MetricName, SeriesSnapshot[]>> = {};
    for (const name of metricNames) {
      const family = this.#families.get(name);
      if (family === undefined) continue;
      this.#forget(name, family);
      const series: SeriesSnapshot[] = [];
      for (const { labels, series: one } of family.values()) {
        const values = one.read();
        if (values !== undefined) series.push({ labels, values });
      }
      metrics[name] = series;
    }
    return { metrics, versions };
  }

  #series<S extends Series>(name: MetricName, labels: Readonly<Record<string, string>>, make: () => S): S {
    const values = definitionOf(name).labels.map((label) => labels[label] ?? "");
    let family = this.#families.get(name);
    if (family === undefined) {
      family = new Map();
      this.#families.set(name, family);
    }
    const key = labelKey(values);
    const known = family.get(key);
    // A name has one type, and so have its series.
    if (known !== undefined) return known.series as S;
    const series = make();
    family.set(key, { labels: values, series });
    return series;
  }

  #forget(name: MetricName, family: Map<string, Entry>): void {
    const isLive = liveSeries(name, this.#versions);
    for (const [key, { labels }] of family) if (!isLive(labels)) family.delete(key);
  }
}
