import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { root, runtimes, startSetosa } from "./process.ts";
import { sharedServer, startServer } from "./server.ts";

// Some start the real command.
vi.setConfig({ testTimeout: 120_000 });

const flower = { "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
const values = Object.values(flower);
const features = Object.keys(flower);
const classes = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"];

interface Answer {
  readonly base_values: Readonly<Record<string, number>>;
  readonly explanations: readonly {
    readonly prediction: string;
    readonly probabilities: Readonly<Record<string, number>>;
    readonly contributions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
}

describe.each(runtimes)("/explain on %s", (runtime) => {
  const server = sharedServer(runtime, ["models", "--default", "iris", "--max-rows", "2000"]);

  async function explained(path: string, body: unknown): Promise<Answer> {
    const response = await server().post(path, body);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    return (await response.json()) as Answer;
  }

  it.each([
    ["a row by name", flower, 1],
    ["a list of values", values, 1],
    ["rows", [values, flower], 2],
    ["instances", { instances: [values] }, 1],
  ])("explains %s", async (_, body, rows) => {
    const answer = await explained("/models/iris-forest/explain", body);
    expect(answer).toMatchObject({ model: "iris-forest", version: "1", method: "tree-path-dependent", output: "probability" });
    expect(answer.explanations).toHaveLength(rows);
    for (const { prediction, probabilities, contributions } of answer.explanations) {
      expect(prediction).toBe("Iris-Setosa");
      expect(Object.keys(contributions)).toEqual(classes);
      for (const label of classes) {
        expect(Object.keys(contributions[label] ?? {})).toEqual(features);
        const sum = Object.values(contributions[label] ?? {}).reduce((total, value) => total + value, answer.base_values[label] as number);
        expect(sum).toBeCloseTo(probabilities[label] as number, 6);
      }
      expect(contributions["Iris-Setosa"]?.["petal length (cm)"]).toBeGreaterThan(0.2);
    }
  });

  it("answers at a version's path, and of a regression", async () => {
    expect(await explained("/models/iris-forest/versions/1/explain", values)).toEqual(
      await explained("/models/iris-forest/explain", values),
    );
    const description = (await (await fetch(`${server().url}/models/diabetes`)).json()) as { example: Record<string, number> };
    const regression = await explained("/models/diabetes/explain", description.example);
    expect(regression).toMatchObject({ output: "value", base_values: { value: expect.closeTo(152, 0) } });
  });

  it("says what boosting's margins are made of", async () => {
    const description = (await (await fetch(`${server().url}/models/wine`)).json()) as { example: Record<string, number> };
    const answer = await explained("/models/wine/explain", [description.example]);
    const [{ probabilities, contributions }] = answer.explanations as [Answer["explanations"][number]];
    const margins = Object.entries(answer.base_values).map(([label, base]) =>
      Object.values(contributions[label] ?? {}).reduce((total, value) => total + value, base),
    );
    const powers = margins.map(Math.exp);
    const total = powers.reduce((a, b) => a + b);
    Object.values(probabilities).forEach((probability, index) => {
      expect((powers[index] as number) / total).toBeCloseTo(probability, 6);
    });
  });

  it.each([
    ["a model without trees", "/models/iris/explain", values, 422, "EXPLANATION_UNSUPPORTED"],
    ["a model that is not there", "/models/irsi/explain", values, 404, "MODEL_NOT_FOUND"],
    ["a version that is not there", "/models/iris-forest/versions/9/explain", values, 404, "MODEL_VERSION_NOT_FOUND"],
    ["a row without a feature", "/models/iris-forest/explain", { "sepal length (cm)": 1 }, 400, "FEATURE_MISSING"],
    ["no row", "/models/iris-forest/explain", [], 400, "ROWS_EMPTY"],
    [
      "more rows than one request may have",
      "/models/iris-forest/explain",
      Array.from({ length: 1001 }, () => values),
      413,
      "ROWS_TOO_MANY",
    ],
  ])("refuses %s", async (_, path, body, status, code) => {
    const response = await server().post(path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String), hint: expect.any(String) } });
  });

  it("names the row of a list that it refuses", async () => {
    const response = await server().post("/models/iris-forest/explain", [values, [5, 3, "much", 0]]);
    expect(await response.json()).toMatchObject({ error: { code: "FEATURE_TYPE_INVALID", path: expect.stringContaining("[1]") } });
  });

  it("answers predictions while it explains a thousand rows, and counts both", async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => values.map((value) => value + (index % 7) / 10));
    const [many, one] = await Promise.all([explained("/models/iris-forest/explain", rows), server().post("/predict", values)]);
    expect(one.status).toBe(200);
    expect(many.explanations).toHaveLength(1000);
    const single = await explained("/models/iris-forest/explain", rows[993]);
    expect(many.explanations[993]).toEqual(single.explanations[0]);
    const metrics = await (await fetch(`${server().url}/metrics`)).text();
    expect(metrics).toMatch(/setosa_requests_total\{protocol="explain",model="iris-forest",version="1",code="ok",status="200"\} \d+/);
    // What is asked for explanations is no traffic of the model.
    const monitoring = (await (await fetch(`${server().url}/models/iris-forest/monitoring`)).json()) as { window: { rows: number } };
    expect(monitoring.window.rows).toBe(0);
  });
});

describe.each(runtimes)("/explain behind API keys on %s", (runtime) => {
  it("explains to a key the models that it is for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-explain-"));
    try {
      const file = join(folder, "keys.jsonl");
      const added = startSetosa(["keys", "add", "joe", "--api-keys", file, "--model", "iris-forest"]);
      expect(await added.ended()).toBe(0);
      const key = { "content-type": "application/json", "x-api-key": added.output().trim() };
      const server = await startServer(runtime, [`${root}models`, "--default", "iris", "--api-keys", file]);
      expect((await server.post("/models/iris-forest/explain", values, key)).status).toBe(200);
      expect((await server.post("/models/wine/explain", values, key)).status).toBe(403);
      expect((await server.post("/models/iris-forest/explain", values)).status).toBe(401);
      expect(await server.running.stop()).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
