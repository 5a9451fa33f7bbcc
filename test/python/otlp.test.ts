import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { startCollector } from "../e2e/collector.ts";
import { root, runtimes } from "../e2e/process.ts";
import { startServer } from "../e2e/server.ts";

/** What OpenTelemetry's own definitions read out of our traces. Needs the environment that .ci/run makes. */

const { PYTHON } = process.env;

interface ReadSpan {
  readonly name: string;
  readonly kind: number;
  readonly trace: string;
  readonly parent: string;
  readonly flags: number;
  readonly nanoseconds: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

describe.each(runtimes)("traces of a server on %s", (runtime) => {
  it("are what OpenTelemetry's protobuf definitions say", async () => {
    if (PYTHON === undefined) throw new Error("PYTHON is not set: run these tests through .ci/run.");
    const collector = await startCollector();
    try {
      const server = await startServer(runtime, ["models/iris.onnx", "--otlp-endpoint", collector.url]);
      const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
      const headers = { "content-type": "application/json", traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate: "a=b" };
      expect((await server.post("/predict", [[5.1, 3.5, 1.4, 0.2]], headers)).status).toBe(200);
      expect(await server.running.stop()).toBe(0);
      expect(collector.bodies).toHaveLength(1);
      const spans = JSON.parse(
        execFileSync(PYTHON, [`${root}test/python/read_otlp.py`], { input: collector.bodies[0], encoding: "utf8" }),
      ) as ReadSpan[];
      expect(spans[0]).toMatchObject({
        name: "POST /predict",
        kind: 2,
        trace,
        parent: "00f067aa0ba902b7",
        state: "a=b",
        // Sampled, and the parent is known to be remote.
        flags: 0x301,
        attributes: { "http.response.status_code": 200, "http.request.method": "POST", "setosa.model.name": "iris", "setosa.rows": 1 },
      });
      expect(spans[0]?.nanoseconds).toBeGreaterThan(0);
      expect(spans.length).toBeGreaterThan(2);
    } finally {
      await collector.close();
    }
  });
});
