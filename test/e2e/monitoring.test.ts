import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { MonitoringReport } from "../../src/models/monitoring/report.ts";
import { root, runtimes } from "./process.ts";
import { sharedServer, startServer, type TestServer } from "./server.ts";

function fixture(model: string): readonly (readonly (number | string | null)[])[] {
  return (JSON.parse(readFileSync(`${root}test/fixtures/models/${model}.json`, "utf8")) as { rows: (number | string | null)[][] }).rows;
}

async function monitoring(server: TestServer, path: string): Promise<MonitoringReport> {
  const response = await fetch(`${server.url}/models/${path}/monitoring`);
  expect(response.status).toBe(200);
  return (await response.json()) as MonitoringReport;
}

async function predict(server: TestServer, model: string, rows: unknown): Promise<void> {
  const response = await server.post(`/models/${model}/predict`, rows);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

const psi = ({ features }: MonitoringReport) => Object.fromEntries(features.map((feature) => [feature.name, feature]));

describe.each(runtimes)("monitoring on %s", (runtime) => {
  const server = sharedServer(runtime, ["models"]);

  it("finds the training rows like themselves, and a shift of one feature in that feature", async () => {
    const rows = fixture("loans").slice(0, 1000);
    // One by one, so that each is put into its bins.
    for (let from = 0; from < rows.length; from += 16) await predict(server(), "loans", rows.slice(from, from + 16));
    const before = await monitoring(server(), "loans");
    expect(before.window).toEqual({ minutes: 60, rows: 1000, binnedRows: 1000, predictions: 1000 });
    for (const { psi: found, distribution } of [...before.features, ...before.predictions]) {
      expect(distribution?.window).toEqual(distribution?.training);
      expect(found).toBe(0);
    }
    const missing = rows.filter((row) => row[3] === null).length;
    expect(before.features[3]?.window).toEqual({ missing, belowMin: 0, aboveMax: 0, unseen: 0, refused: 0 });

    const shifted = rows.map((row) => row.map((value, column) => (column === 0 ? Number(value) * 3 : column === 5 ? "yacht" : value)));
    await predict(server(), "loans", shifted);
    const after = await monitoring(server(), "loans/versions/1");
    const { income, purpose, age, home_ownership: home } = psi(after);
    expect([income?.drift, purpose?.drift, age?.drift, home?.drift]).toEqual(["large", "large", "none", "none"]);
    expect(purpose?.window.unseen).toBe(1000);
    const most = Math.max(...rows.map((row) => Number(row[0])));
    expect(income?.window.aboveMax).toBe(shifted.filter((row) => Number(row[0]) > most).length);
    const label = after.predictions.find(({ kind }) => kind === "class");
    expect(label?.psi).toBeGreaterThan(before.predictions[0]?.psi ?? 1);
    expect(label?.distribution?.window.reduce((sum, count) => sum + count, 0)).toBe(2000);
  });

  it("compares a forest's and a regression's answers to their training rows with those of training", async () => {
    for (const model of ["iris-forest", "diabetes"]) {
      const rows = fixture(model);
      for (let from = 0; from < rows.length; from += 16) await predict(server(), model, rows.slice(from, from + 16));
      const { predictions, features } = await monitoring(server(), model);
      for (const { name, distribution } of [...predictions, ...features])
        expect({ model, name, counts: distribution?.window }).toEqual({ model, name, counts: distribution?.training });
    }
  });

  it("counts the values for which rows are refused", async () => {
    const refused = await server().post("/models/iris/predict", [5.1, null, 1.4, 0.2]);
    expect(refused.status).toBe(400);
    await refused.arrayBuffer();
    const { features, window } = await monitoring(server(), "iris");
    expect(features[1]?.window).toMatchObject({ missing: 1, refused: 1 });
    expect(window.rows).toBe(0);
  });

  it("knows no model that is not there, and exports what it counts", async () => {
    expect((await fetch(`${server().url}/models/irsi/monitoring`)).status).toBe(404);
    await predict(server(), "iris", [5.1, 3.5, 1.4, 99]);
    const metrics = await (await fetch(`${server().url}/metrics`)).text();
    expect(metrics).toContain('setosa_feature_values_total{model="iris",version="1",feature="petal width (cm)",problem="above_max"} 1\n');
    expect(metrics).toMatch(/setosa_predictions_total\{model="iris",version="1",output="label",class="Iris-[A-Z][a-z]+"\} 1\n/);
  });

  it("answers for all workers, whichever is asked", async () => {
    const several = await startServer(runtime, ["models/iris.onnx", "--workers", "2", "--monitoring-window", "5"]);
    try {
      for (let count = 0; count < 20; count++) {
        // A connection of its own, which either worker may accept.
        const response = await several.post("/predict", [5, 3, 1, 9], { "content-type": "application/json", connection: "close" });
        expect(response.status).toBe(200);
        await response.arrayBuffer();
      }
      for (let count = 0; count < 8; count++) {
        const response = await fetch(`${several.url}/models/iris/monitoring`, { headers: { connection: "close" } });
        const report = (await response.json()) as MonitoringReport;
        expect(report.window).toEqual({ minutes: 5, rows: 20, binnedRows: 20, predictions: 20 });
        expect(report.features[3]?.total.aboveMax).toBe(20);
      }
    } finally {
      await several.running.stop();
    }
  });

  it("is absent where it is turned off", async () => {
    const without = await startServer(runtime, ["models/iris.onnx", "--no-monitoring"]);
    try {
      expect((await fetch(`${without.url}/models/iris/monitoring`)).status).toBe(404);
      expect((await fetch(`${without.url}/predict`)).status).toBe(200);
    } finally {
      await without.running.stop();
    }
  });
});

describe("monitoring of a model that onnxruntime runs", () => {
  const server = sharedServer("node", ["models/loans.onnx", "--engine", "onnxruntime"]);

  it("counts as for a compiled one", async () => {
    const rows = fixture("loans").slice(0, 1000);
    for (let from = 0; from < rows.length; from += 16) await predict(server(), "loans", rows.slice(from, from + 16));
    const { features, predictions } = await monitoring(server(), "loans");
    for (const { distribution } of [...features, ...predictions]) expect(distribution?.window).toEqual(distribution?.training);
  });
});
