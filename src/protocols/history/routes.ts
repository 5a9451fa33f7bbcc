import type { HistoryReport } from "../../models/model-changes.ts";
import type { ServedModels } from "../../models/served-models.ts";
import { type Answer, type Answered, type Head, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { describeHistory } from "./describe.ts";

const protocol = "history";

const head: Head = { status: 200, headers: { ...jsonHead.headers, "cache-control": "no-store" } };

/**
 * What happened to each model, and which of its versions does what.
 * @param report Of a model, by its name
 */
export function historyProtocol(models: ServedModels, report: (name: string) => HistoryReport | Promise<HistoryReport>): Protocol {
  const get = (name: string) => (): Answered => {
    const told = report(name);
    return told instanceof Promise ? told.then(written) : written(told);
  };
  return {
    get routes() {
      return models.library.names.map(
        (name): Route => ({
          path: `/models/${name}/history`,
          summary: `What happened to ${name}: versions loaded and swapped.`,
          protocol,
          model: name,
          later: false,
          get: get(name),
          describe: (using) => describeHistory(name, using),
        }),
      );
    },
  };
}

function written(report: HistoryReport): Answer {
  return { head, body: `${JSON.stringify(report)}\n` };
}
