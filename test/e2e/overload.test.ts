import { describe, expect, it } from "vitest";
import type { ErrorBody, PredictAnswers } from "../../src/protocols/predict/messages.ts";
import { grpcClient } from "./grpc-client.ts";
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

describe.each(runtimes)("a large request of tensors, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "--max-turn-ms", "0", "--grpc-port", "0"]);
  const count = 20_000;
  const values = Float32Array.from(rows(count).flat());
  const raw = Buffer.from(values.buffer);
  const infer = "/v2/models/iris/infer";
  const input = { name: "X", datatype: "FP32", shape: [count, 4] };
  const smallRow = async (index: number) => {
    const answer = await server().post(infer, { inputs: [{ ...input, shape: [1, 4], data: row(index) }] });
    const [label, probabilities] = ((await answer.json()) as { outputs: { data: number[] }[] }).outputs;
    return [...(label?.data ?? []), ...(probabilities?.data ?? [])].map(Math.fround);
  };
  /** The labels, and behind them the probabilities. */
  const asRow = (labels: ArrayLike<number>, probabilities: ArrayLike<number>, index: number) =>
    [labels[index], ...[0, 1, 2].map((place) => probabilities[3 * index + place])].map((value) => Math.fround(value ?? Number.NaN));
  const readRaw = (labels: Uint8Array, probabilities: Uint8Array) => [
    Float64Array.from(new BigInt64Array(new Uint8Array(labels).buffer), Number),
    new Float32Array(new Uint8Array(probabilities).buffer),
  ];

  /** Each resolves with the labels and the probabilities of all rows. */
  const ways: Record<string, () => Promise<ArrayLike<number>[]>> = {
    "Open Inference, JSON": async () => {
      const answer = await server().post(infer, { inputs: [{ ...input, data: [...values] }] });
      return ((await answer.json()) as { outputs: { data: number[] }[] }).outputs.map(({ data }) => data);
    },
    "Open Inference, bytes": async () => {
      const request = { inputs: [{ ...input, parameters: { binary_data_size: raw.length } }], parameters: { binary_data_output: true } };
      const head = Buffer.from(JSON.stringify(request));
      const answer = await server().post(infer, new Uint8Array(Buffer.concat([head, raw])), {
        "inference-header-content-length": String(head.length),
      });
      const body = new Uint8Array(await answer.arrayBuffer()).subarray(Number(answer.headers.get("inference-header-content-length")));
      return readRaw(body.subarray(0, 8 * count), body.subarray(8 * count));
    },
    gRPC: async () => {
      const [, port = ""] = await server().running.waitFor(/gRPC on localhost:(\d+)/);
      const client = grpcClient(Number(port), undefined, { "grpc.max_receive_message_length": -1 });
      try {
        const outcome = await client.call("ModelInfer", { model_name: "iris", inputs: [input], raw_input_contents: [raw] });
        if (!("response" in outcome)) throw new Error(outcome.details);
        const [labels, probabilities] = outcome.response.raw_output_contents as Uint8Array[];
        return readRaw(labels ?? new Uint8Array(), probabilities ?? new Uint8Array());
      } finally {
        client.close();
      }
    },
  };

  it.each(Object.keys(ways))("by %s, is answered as small ones are, which are answered meanwhile", async (name) => {
    const large = ways[name]?.();
    const small = await Promise.all(Array.from({ length: 100 }, (_, index) => smallRow(index)));
    const [labels = [], probabilities = []] = (await large) ?? [];
    expect([labels.length, probabilities.length]).toEqual([count, 3 * count]);
    expect(small.map((_, index) => asRow(labels, probabilities, index))).toEqual(small);
    expect(small.map((_, index) => asRow(labels, probabilities, count - 200 + index))).toEqual(small);
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
