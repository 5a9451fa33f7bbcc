import type { ClientHttp2Session } from "node:http2";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadModel, type Model } from "../../../src/index.ts";
import { root } from "../../e2e/process.ts";
import { openGrpc } from "./call-grpc.ts";
import { arrowWay } from "./equality/arrow-way.ts";
import { httpWays, sageMakerWays, vertexWays } from "./equality/http-ways.ts";
import { rowsOf, type Value } from "./equality/rows.ts";
import { tensorWays } from "./equality/tensor-ways.ts";
import { byClass, type Said } from "./equality/ways.ts";
import { type ConformanceServer, speaksGrpc, startConformanceServer } from "./servers.ts";

vi.setConfig({ hookTimeout: 60_000 });

/** Numbers as float32 and as float64, a regression, and categories with missing values and texts as labels. */
const names = ["iris", "wine", "diabetes", "loans"] as const;
const runs = 12;

const doors = [
  { runtime: "bun", platform: "none", defaultModel: "loans", ways: [...httpWays, arrowWay, ...tensorWays] },
  { runtime: "node", platform: "none", defaultModel: "diabetes", ways: [...httpWays, arrowWay, ...tensorWays] },
  { runtime: "node", platform: "sagemaker", defaultModel: "loans", ways: sageMakerWays },
  { runtime: "bun", platform: "vertex", defaultModel: "loans", ways: vertexWays },
] as const;

const models = new Map<string, Model>();
const running = new Map<(typeof doors)[number], { server: ConformanceServer; session: ClientHttp2Session | undefined }>();
beforeAll(async () => {
  for (const name of names) models.set(name, await loadModel(`${root}models/${name}.onnx`));
  await Promise.all(
    doors.map(async (door) => {
      const { runtime, platform, defaultModel } = door;
      const server = await startConformanceServer({ name: "open", runtime, platform, workers: 1, defaultModel });
      running.set(door, { server, session: speaksGrpc ? openGrpc(server.grpcPort) : undefined });
    }),
  );
});
afterAll(async () => {
  for (const { session } of running.values()) session?.close();
  await Promise.all([...running.values()].map(({ server }) => server.stop()));
  for (const model of models.values()) await model.close();
});

const cases = doors.flatMap((door) =>
  door.ways
    .filter(({ name }) => speaksGrpc || !name.includes("gRPC"))
    .flatMap((way) =>
      names
        .filter((name) => way.defaultOnly !== true || name === door.defaultModel)
        .map((name) => ({ door, way, name, runtime: door.runtime, title: way.name })),
    ),
);

describe("the same rows get the same predictions", () => {
  it.each(cases)("$title, $name, on $runtime", async ({ door, way, name }) => {
    const found = running.get(door);
    const model = models.get(name);
    if (found === undefined || model === undefined) throw new Error("the server has not started");
    const place = {
      port: found.server.server.port,
      grpc: () => {
        if (found.session === undefined) throw new Error("the server speaks no gRPC");
        return found.session;
      },
    };
    await fc.assert(
      fc.asyncProperty(rowsOf(model), async (rows) => {
        const said = await way.ask(place, { model, rows });
        const expected = predicted(model, rows);
        expect(Object.keys(said).length).toBeGreaterThan(0);
        // Not close: the same float32, whatever text or bytes it came as.
        for (const key of Object.keys(said) as (keyof Said)[]) expect(said[key]).toEqual(expected[key]);
      }),
      { numRuns: runs, seed: 20_261_125 },
    );
  });
});

/** What the library answers, in this process. */
function predicted(model: Model, rows: readonly (readonly Value[])[]): Said {
  const predictions = model.predictMany(rows);
  const labels = predictions.map(({ prediction }) =>
    typeof prediction === "number" && model.signature.task.kind === "regression" ? Math.fround(prediction) : prediction,
  );
  return { labels, scores: predictions.map(({ probabilities = {} }) => byClass(model, probabilities)) };
}
