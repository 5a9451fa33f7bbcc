import { describe, expect, it } from "vitest";
import type { ErrorBody, PredictAnswers } from "../../src/protocols/predict/messages.ts";
import { runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

const row = (index: number) => [4 + (index % 40) / 10, 3, 1 + (index % 50) / 10, 0.2];
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index));

describe.each(runtimes)("a large request, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "--max-turn-ms", "0"]);

  it("is answered as small ones are, which are answered meanwhile", async () => {
    const large = server().post("/predict", rows(50_000));
    const small = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const answer = await server().post("/predict", [row(index)]);
        return ((await answer.json()) as PredictAnswers).predictions[0];
      }),
    );
    const { predictions } = (await (await large).json()) as PredictAnswers;
    expect(predictions).toHaveLength(50_000);
    expect(predictions.slice(0, 200)).toEqual(small);
    expect(predictions.slice(-200)).toEqual(small);
  });

  it("says what is wrong with it, and where", async () => {
    const answer = await server().post("/predict", { instances: [...rows(20_000), ["x", 1, 2, 3]] });
    expect([answer.status, ((await answer.json()) as ErrorBody).error]).toMatchObject([
      400,
      { code: "FEATURE_TYPE_INVALID", path: "instances[20000][0]" },
    ]);
    const broken = await server().post("/predict", JSON.stringify(rows(20_000)).slice(0, -1));
    expect([broken.status, ((await broken.json()) as ErrorBody).error.code]).toEqual([400, "JSON_INVALID"]);
  });
});

describe.each(runtimes)("more requests than the event loop can answer, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris-forest.onnx", "--max-turn-ms", "1"]);

  it("are refused with Retry-After, health checks are not, and it passes", async () => {
    const body = JSON.stringify(rows(400));
    const refused: { status: number; retryAfter: string | null; text: string }[] = [];
    let flood = true;
    const clients = Array.from({ length: 200 }, async () => {
      while (flood) {
        const answer = await server().post("/predict", body);
        const text = await answer.text();
        if (answer.status !== 200) refused.push({ status: answer.status, retryAfter: answer.headers.get("retry-after"), text });
      }
    });
    await expect.poll(() => refused.length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect((await fetch(`${server().url}/health/live`)).status).toBe(200);
    flood = false;
    await Promise.all(clients);
    for (const refusal of refused)
      expect(refusal).toEqual({ status: 503, retryAfter: "1", text: expect.stringContaining('"code":"OVERLOADED"') });
    expect((await server().post("/predict", [row(1)])).status).toBe(200);
  });
});
