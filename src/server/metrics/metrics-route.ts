import type { Answer, Head, HttpRequest, Protocol } from "../../protocols/exchange.ts";
import { contentTypes, type ExpositionFormat, expose, expositionFormat } from "../../telemetry/metrics/exposition.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import { describeMetrics } from "../describe.ts";

const heads: Readonly<Record<ExpositionFormat, Head>> = {
  text: { status: 200, headers: { "content-type": contentTypes.text } },
  openmetrics: { status: 200, headers: { "content-type": contentTypes.openmetrics } },
};

/**
 * `GET /metrics`.
 * @param gather What all workers have counted, merged
 */
export function metricsProtocol(gather: () => Snapshot | Promise<Snapshot>): Protocol {
  const get = async ({ headers }: HttpRequest): Promise<Answer> => {
    const format = expositionFormat(headers.get("accept"));
    return { head: heads[format], body: expose(await gather(), format) };
  };
  return {
    routes: [{ path: "/metrics", summary: "Metrics for Prometheus.", protocol: "metrics", later: false, get, describe: describeMetrics }],
  };
}
