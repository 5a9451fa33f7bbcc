import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { ModelMonitors } from "../../models/monitoring/monitors.ts";
import type { MonitorSnapshot } from "../../models/monitoring/snapshot.ts";
import type { ServedModels } from "../../models/served-models.ts";
import { type Answer, type Answered, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { describeMonitoring } from "./describe.ts";

const protocol = "monitoring";

/** Asks all processes that serve what they have counted of a version. */
export type CollectSnapshots = (name: string, version: string) => Promise<readonly MonitorSnapshot[]>;

/** `/models/{name}/monitoring`: what models have been asked and have answered. */
export function monitoringProtocol(models: ServedModels, monitors: ModelMonitors, collect?: CollectSnapshots): Protocol {
  const route = (path: string, name: string, version?: string): Route => ({
    path: `${path}/monitoring`,
    summary: `What ${name}${version === undefined ? "" : ` ${version}`} has been asked, beside its training rows.`,
    protocol,
    model: name,
    ...(version === undefined ? {} : { version }),
    later: false,
    get: () => answer(models.library.get(name, version), monitors, collect),
    describe: (using) => describeMonitoring(name, version, using),
  });
  return {
    get routes() {
      const { names, list } = models.library;
      return [
        ...names.map((name) => route(`/models/${name}`, name)),
        ...list.map(({ name, version }) => route(`/models/${name}/versions/${version}`, name, version)),
      ];
    },
  };
}

function answer(model: Model, monitors: ModelMonitors, collect: CollectSnapshots | undefined): Answered {
  const write = (snapshots?: readonly MonitorSnapshot[]): Answer => {
    const report = monitors.report(model, snapshots);
    if (report !== undefined) return { head: jsonHead, body: `${JSON.stringify(report)}\n` };
    throw new SetosaError("ROUTE_NOT_FOUND", `The model "${model.name}" takes tensors, which are not monitored.`, {
      hint: "Models of features are.",
    });
  };
  return collect === undefined ? write() : collect(model.name, model.version).then(write);
}
