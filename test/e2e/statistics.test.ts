import { afterAll, describe, expect, it } from "vitest";
import { grpcClient } from "./grpc-client.ts";
import { runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";
import { workersOf } from "./workers.ts";

interface Statistics {
  readonly inference_count: number;
  readonly execution_count: number;
  readonly inference_stats: { readonly success: { readonly count: number }; readonly fail: { readonly count: number } };
  readonly batch_stats: readonly { readonly batch_size: number; readonly compute_infer: { readonly count: number; readonly ns: number } }[];
}

const row = { name: "X", datatype: "FP32", shape: [1, 4], data: [5.1, 3.5, 1.4, 0.2] };
const infer = "/v2/models/iris/infer";
/** A connection of its own: it goes to one worker or to the other. */
const headers = { "content-type": "application/json", connection: "close" };

describe.each(runtimes)("statistics of several workers, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "--workers", "2", "--grpc-port", "0"]);
  const overHttp = async (): Promise<Statistics | undefined> => {
    const answer = await fetch(`${server().url}/v2/models/iris/stats`, { headers: { connection: "close" } });
    return ((await answer.json()) as { model_stats: Statistics[] }).model_stats[0];
  };
  const ask = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => expect((await server().post(infer, { inputs: [row] }, headers)).status).toBe(200)),
    );

  it("are what all of them counted, over HTTP and gRPC, whoever is asked", async () => {
    await ask(40);
    await server().post(infer, { inputs: [] }, headers);
    for (let time = 0; time < 6; time++)
      expect(await overHttp()).toMatchObject({
        inference_count: 40,
        execution_count: 40,
        inference_stats: { success: { count: 40 }, fail: { count: 1 } },
      });
    const [, port = ""] = await server().running.waitFor(/gRPC on localhost:(\d+)/);
    const client = grpcClient(Number(port));
    const outcome = await client.call("ModelStatistics", { name: "iris" });
    client.close();
    expect(outcome).toMatchObject({ code: 0, response: { model_stats: [{ name: "iris", inference_count: 40, execution_count: 40 }] } });
  });

  it("keep what one had counted that ends", async () => {
    const [first] = workersOf(server().port);
    process.kill(first ?? 0, "SIGKILL");
    await server().running.waitFor(/serves again/, "errors");
    await expect.poll(() => workersOf(server().port).filter((pid) => pid !== first).length).toBe(2);
    await expect.poll(async () => (await overHttp().catch(() => undefined))?.inference_count).toBe(40);
  });
});

describe.each(runtimes)("statistics of a model whose requests are put together, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "--engine", "onnxruntime", "--max-batch-rows", "8", "--grpc-port", "0"]);
  const client = { close: () => {} };
  afterAll(() => client.close());

  it("tell how many rows were run together, and how long that took", async () => {
    await Promise.all(Array.from({ length: 60 }, () => server().post(infer, { inputs: [row] })));
    const answer = await fetch(`${server().url}/v2/models/iris/stats`);
    const [statistics] = ((await answer.json()) as { model_stats: Statistics[] }).model_stats;
    const batches = statistics?.batch_stats ?? [];
    const sum = (count: (batch: Statistics["batch_stats"][number]) => number) => batches.reduce((total, batch) => total + count(batch), 0);
    expect(sum(({ batch_size, compute_infer }) => batch_size * compute_infer.count)).toBe(60);
    expect(sum(({ compute_infer }) => compute_infer.count)).toBe(statistics?.execution_count);
    expect(statistics?.execution_count).toBeLessThan(60);
    expect(batches.every(({ batch_size, compute_infer }) => batch_size <= 8 && compute_infer.ns > 0)).toBe(true);

    const [, port = ""] = await server().running.waitFor(/gRPC on localhost:(\d+)/);
    const grpc = grpcClient(Number(port));
    client.close = () => grpc.close();
    const outcome = await grpc.call("ModelStatistics", { name: "iris" });
    const ofGrpc = (
      outcome as unknown as { response: { model_stats: { batch_stats: { batch_size: number; compute_infer: { count: number } }[] }[] } }
    ).response.model_stats[0]?.batch_stats;
    expect(ofGrpc?.map(({ batch_size, compute_infer }) => [batch_size, compute_infer.count])).toEqual(
      batches.map(({ batch_size, compute_infer }) => [batch_size, compute_infer.count]),
    );
  });
});
