import { definitionOf, type MetricName } from "./definitions.ts";

export interface KnownVersions {
  has(model: string, version: string): boolean;
  hasModel(model: string): boolean;
}

/**
 * Whether series are about a version, or a model, that is known; those about neither always are. Gauges too: they are set anew at
 * each collection. So are counters of models alone: a model that could never be loaded is what they tell.
 */
export function liveSeries(name: MetricName, versions: KnownVersions): (labels: readonly string[]) => boolean {
  const { type, labels: names } = definitionOf(name);
  const [model, version] = [names.indexOf("model"), names.indexOf("version")];
  if (type === "gauge" || model < 0) return () => true;
  if (version >= 0)
    return (labels) => {
      const [modelName = "", versionName = ""] = [labels[model], labels[version]];
      if (versionName !== "") return versions.has(modelName, versionName);
      return modelName === "" || versions.hasModel(modelName);
    };
  if (type === "counter") return () => true;
  return (labels) => versions.hasModel(labels[model] ?? "");
}
