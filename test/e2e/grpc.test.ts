import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { generateKey, hashKey } from "../../src/server/access/api-key.ts";
import { formatKey } from "../../src/server/access/key-file.ts";
import { product } from "../onnx/tiny-models.ts";
import { makeCertificate } from "./certificate.ts";
import { type GrpcClient, grpcClient, irisRequest, labelsOf, type Message, setosaRow, startGrpc, virginicaRow } from "./grpc-client.ts";
import { type Running, root, runtimes } from "./process.ts";
import { scrape, total } from "./scrape.ts";
import { workersOf } from "./workers.ts";

// Each starts the real command, some many times.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const iris = `${root}models/iris.onnx`;
const probabilitiesOf = (response: Message) => {
  const bytes = (response.raw_output_contents as Buffer[]).at(-1) as Buffer;
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
};

describe.each(runtimes)("gRPC on %s", (runtime) => {
  let running: Running;
  let port = 0;
  let httpPort = 0;
  let client: GrpcClient;
  beforeAll(async () => {
    ({
      running,
      grpcPort: port,
      httpPort,
    } = await startGrpc(runtime, [iris, `${root}models/loans.onnx`, "--max-body-bytes", "100000", "--access-log"]));
    client = grpcClient(port);
  });
  afterAll(async () => {
    client.close();
    expect(await running.stop()).toBe(0);
  });

  it("tells of the server and of its models", async () => {
    expect(await client.call("ServerLive")).toEqual({ code: 0, response: { live: true } });
    expect(await client.call("ServerReady")).toEqual({ code: 0, response: { ready: true } });
    expect(await client.call("ServerMetadata")).toMatchObject({ response: { name: "setosa", version: expect.stringMatching(/^\d/) } });
    expect(await client.call("ModelReady", { name: "iris", version: "1" })).toMatchObject({ response: { ready: true } });
    expect(await client.call("ModelReady", { name: "rose" })).toMatchObject({ response: { ready: false } });
    expect(await client.call("ModelMetadata", { name: "iris" })).toMatchObject({
      response: {
        name: "iris",
        versions: ["1"],
        inputs: [{ name: "X", datatype: "FP32", shape: [-1, 4] }],
        outputs: [
          { name: "label", datatype: "INT64", shape: [-1] },
          { name: "probabilities", datatype: "FP32", shape: [-1, 3] },
        ],
      },
    });
    expect(await client.call("ModelConfig", { name: "iris" })).toMatchObject({
      response: { config: { name: "iris", max_batch_size: 100_000, input: [{ name: "X", data_type: "TYPE_FP32", dims: [4] }] } },
    });
    expect(await client.call("RepositoryIndex")).toMatchObject({
      response: { models: [{ name: "iris", state: "READY" }, { name: "loans" }] },
    });
  });

  it("predicts as /predict does, bit for bit", async () => {
    const answer = await client.call("ModelInfer", irisRequest([setosaRow, virginicaRow], { id: "r1" }));
    expect(labelsOf(answer)).toEqual([0, 2]);
    expect(answer).toMatchObject({ response: { model_name: "iris", model_version: "1", id: "r1" } });
    const http = await fetch(`http://127.0.0.1:${httpPort}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([setosaRow, virginicaRow]),
    });
    const { predictions } = (await http.json()) as { predictions: { probabilities: Record<string, number> }[] };
    const expected = predictions.flatMap(({ probabilities }) => Object.values(probabilities).map(Math.fround));
    expect("response" in answer && probabilitiesOf(answer.response)).toEqual(expected);
  });

  it("takes contents instead of raw ones, chosen outputs, versions, and compressed messages", async () => {
    const contents = {
      inputs: [{ name: "X", datatype: "FP64", shape: [1, 4], contents: { fp64_contents: virginicaRow } }],
      raw_input_contents: [],
    };
    expect(labelsOf(await client.call("ModelInfer", irisRequest([], contents)))).toEqual([2]);
    const chosen = await client.call("ModelInfer", irisRequest([setosaRow], { outputs: [{ name: "label" }], model_version: "1" }));
    expect(chosen).toMatchObject({ response: { outputs: [{ name: "label" }] } });
    const gzip = grpcClient(port, undefined, { "grpc.default_compression_algorithm": 2 });
    // Far over the limit of bytes as it is sent elsewhere, but not compressed.
    expect(labelsOf(await gzip.call("ModelInfer", irisRequest(Array.from({ length: 3000 }, () => setosaRow))))).toEqual(
      new Array(3000).fill(0),
    );
    gzip.close();
  });

  it.each<[string, Message, string, number]>([
    ["a model that there is not", irisRequest([setosaRow], { model_name: "iriss" }), "MODEL_NOT_FOUND", status.NOT_FOUND],
    ["a version that there is not", irisRequest([setosaRow], { model_version: "9" }), "MODEL_VERSION_NOT_FOUND", status.NOT_FOUND],
    ["no input", irisRequest([], { inputs: [], raw_input_contents: [] }), "TENSOR_INVALID", status.INVALID_ARGUMENT],
    [
      "another input",
      irisRequest([setosaRow], { inputs: [{ name: "Y", datatype: "FP32", shape: [1, 4] }] }),
      "TENSOR_INVALID",
      status.INVALID_ARGUMENT,
    ],
    [
      "another datatype",
      irisRequest([setosaRow], { inputs: [{ name: "X", datatype: "BYTES", shape: [1, 4] }] }),
      "TENSOR_INVALID",
      status.INVALID_ARGUMENT,
    ],
    [
      "another shape",
      irisRequest([setosaRow], { inputs: [{ name: "X", datatype: "FP32", shape: [2, 2] }] }),
      "TENSOR_INVALID",
      status.INVALID_ARGUMENT,
    ],
    [
      "another size",
      irisRequest([setosaRow], { inputs: [{ name: "X", datatype: "FP32", shape: [2, 4] }] }),
      "TENSOR_INVALID",
      status.INVALID_ARGUMENT,
    ],
    ["NaN where nothing may be missing", irisRequest([[Number.NaN, 1, 1, 1]]), "FEATURE_NULL", status.INVALID_ARGUMENT],
    ["no row", irisRequest([]), "ROWS_EMPTY", status.INVALID_ARGUMENT],
    ["an output that there is not", irisRequest([setosaRow], { outputs: [{ name: "labels" }] }), "TENSOR_INVALID", status.INVALID_ARGUMENT],
    ["a message over the limit", irisRequest(Array.from({ length: 10_000 }, () => setosaRow)), "BODY_TOO_LARGE", status.RESOURCE_EXHAUSTED],
    [
      "shared memory",
      irisRequest([setosaRow], { outputs: [{ name: "label", parameters: { shared_memory_region: { string_param: "a" } } }] }),
      "BODY_SHAPE_INVALID",
      status.INVALID_ARGUMENT,
    ],
  ])("refuses %s, and goes on", async (_, message, setosa, code) => {
    expect(await client.call("ModelInfer", message)).toMatchObject({ code, setosa });
    expect(labelsOf(await client.call("ModelInfer", irisRequest([setosaRow])))).toEqual([0]);
  });

  it("escapes what is not ASCII in messages, and echoes no more than it should", async () => {
    const { details } = (await client.call("ModelMetadata", { name: `ïris%${"x".repeat(5000)}` })) as { details: string };
    expect(details).toMatch(/^No model is called "ïris%x{75}"/);
  });

  it("lets nobody load and unload models", async () => {
    expect(await client.call("RepositoryModelUnload", { model_name: "iris" })).toMatchObject({ code: status.PERMISSION_DENIED });
  });

  it("counts what was asked of a model", async () => {
    const before = await client.call("ModelStatistics", { name: "iris" });
    await client.call("ModelInfer", irisRequest([setosaRow, setosaRow]));
    const after = await client.call("ModelStatistics", { name: "iris" });
    const count = (outcome: unknown) =>
      (outcome as { response: { model_stats: { inference_count: number }[] } }).response.model_stats[0]?.inference_count ?? 0;
    expect(count(after)).toBe(count(before) + 2);
    const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
    expect(metrics).toMatch(/setosa_requests_total\{[^}]*protocol="open-inference-grpc"[^}]*model="iris"/);
  });

  it("answers a stream message by message, errors among them", async () => {
    const stream = client.duplex("ModelStreamInfer");
    const answers: Message[] = [];
    stream.on("data", (answer: Message) => answers.push(answer));
    const ended = new Promise((resolve) => stream.on("status", ({ code }) => resolve(code)));
    for (const model_name of ["iris", "rose", "iris"]) stream.write(irisRequest([setosaRow], { model_name }));
    stream.end();
    expect(await ended).toBe(status.OK);
    expect(answers.map(({ error_message }) => String(error_message).slice(0, 15))).toEqual(["", "No model is cal", ""]);
  });

  it("is healthy, and says so to those who watch", async () => {
    const health = grpcClient(port, "grpc.health.v1.Health");
    expect(await health.call("Check")).toMatchObject({ response: { status: "SERVING" } });
    expect(await health.call("Check", { service: "inference.GRPCInferenceService" })).toMatchObject({ response: { status: "SERVING" } });
    expect(await health.call("Check", { service: "other" })).toMatchObject({ code: status.NOT_FOUND });
    const watched = health.watch("Watch", { service: "other" });
    watched.on("error", () => {});
    expect(await new Promise((resolve) => watched.once("data", resolve))).toEqual({ status: "SERVICE_UNKNOWN" });
    watched.cancel();
    health.close();
  });

  it.each(["v1", "v1alpha"])("can be asked by reflection %s for what can be called", async (version) => {
    const reflection = grpcClient(port, `grpc.reflection.${version}.ServerReflection`);
    const stream = reflection.duplex("ServerReflectionInfo");
    const next = () => new Promise<Message>((resolve) => stream.once("data", resolve));
    stream.write({ list_services: "*" });
    expect(await next()).toMatchObject({
      list_services_response: {
        service: expect.arrayContaining([{ name: "inference.GRPCInferenceService" }, { name: "grpc.health.v1.Health" }]),
      },
    });
    stream.write({ file_containing_symbol: "inference.ModelInferRequest.InferInputTensor" });
    const { file_descriptor_response } = (await next()) as { file_descriptor_response: { file_descriptor_proto: Buffer[] } };
    expect(file_descriptor_response.file_descriptor_proto[0]?.toString("latin1")).toContain("raw_input_contents");
    stream.write({ file_by_filename: "nowhere.proto" });
    expect(await next()).toMatchObject({ error_response: { error_code: status.NOT_FOUND } });
    stream.end();
    reflection.close();
  });

  it("answers many calls on one connection at once, each with its own rows", async () => {
    const counts = Array.from({ length: 300 }, (_, index) => (index % 40) + 1);
    const answers = await Promise.all(
      counts.map((count) =>
        client.call("ModelInfer", irisRequest(Array.from({ length: count }, () => (count % 2 === 0 ? setosaRow : virginicaRow)))),
      ),
    );
    expect(answers.map(labelsOf)).toEqual(counts.map((count) => new Array(count).fill(count % 2 === 0 ? 0 : 2)));
  });
});

describe.each(runtimes)("gRPC with large answers on %s", (runtime) => {
  it("waits for the client's windows", async () => {
    const { running, grpcPort } = await startGrpc(runtime, [iris]);
    const client = grpcClient(grpcPort, undefined, { "grpc.max_receive_message_length": -1 });
    const rows = Array.from({ length: 100_000 }, (_, index) => (index % 2 === 0 ? setosaRow : virginicaRow));
    const answers = await Promise.all([client.call("ModelInfer", irisRequest(rows)), client.call("ModelInfer", irisRequest(rows))]);
    for (const answer of answers) expect(labelsOf(answer).join("")).toBe("02".repeat(50_000));
    client.close();
    expect(await running.stop()).toBe(0);
  });
});

describe.each(runtimes)("gRPC with a slow model on %s", (runtime) => {
  const path = join(mkdtempSync(join(tmpdir(), "setosa-")), "product.onnx");
  writeFileSync(path, product());
  let running: Running;
  let httpPort = 0;
  let client: GrpcClient;
  beforeAll(async () => {
    const started = await startGrpc(runtime, [path, "--engine", "onnxruntime"]);
    running = started.running;
    httpPort = started.httpPort;
    client = grpcClient(started.grpcPort);
  });
  afterAll(async () => {
    rmSync(dirname(path), { recursive: true });
    client.close();
    expect(await running.stop()).toBe(0);
  });
  const input = async () => {
    const { response } = (await client.call("ModelMetadata", { name: "product" })) as unknown as {
      response: { inputs: { name: string }[] };
    };
    return response.inputs[0]?.name;
  };
  const request = (name: string | undefined, rows: number): Message => ({
    model_name: "product",
    inputs: [{ name, datatype: "FP32", shape: [rows, 512] }],
    raw_input_contents: [Buffer.from(new Float32Array(rows * 512).fill(1).buffer)],
  });

  it("keeps to the client's deadline, and serves the next ones", async () => {
    const name = await input();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => client.call("ModelInfer", request(name, 2000), { deadline: 3 })));
    expect(outcomes.map(({ code }) => code)).toEqual(new Array(8).fill(status.DEADLINE_EXCEEDED));
    expect(await client.call("ModelInfer", request(name, 2))).toMatchObject({ code: 0 });
  });

  /** Calls of low priority beside many others: what became of them once all of them wait, and how many rows ran that nobody wanted. */
  const beside = async (deadline: number | undefined): Promise<string> => {
    const name = await input();
    const url = `http://localhost:${httpPort}`;
    const [count, rows, low] = [8, 1000, 3];
    const predicted = async () => total(await scrape(url), "setosa_predicted_rows_total", { model: "product" }) ?? 0;
    const queued = async () => total(await scrape(url), "setosa_queue_requests") ?? 0;
    const before = await predicted();
    let answered = 0;
    const others = Array.from({ length: count }, async () => {
      const outcome = await client.call("ModelInfer", request(name, rows), { headers: { "x-request-priority": "high" } });
      answered++;
      return outcome.code;
    });
    // Their messages are large: those of a few rows would come before them.
    while (answered < count && (await queued()) < count / 2);
    const options = { headers: { "x-request-priority": "low" }, ...(deadline === undefined ? {} : { deadline }) };
    const calls = Array.from({ length: low }, () => client.begin("ModelInfer", request(name, 1), options));
    let waited = false;
    while (!waited && answered < count) waited = (await queued()) >= count - answered + low - 1;
    if (deadline === undefined) for (const call of calls) call.cancel();
    const codes = await Promise.all(calls.map(({ code }) => code));
    const left = (await queued()) <= count - answered;
    await Promise.all(others);
    const unwanted = (await predicted()) - before - count * rows;
    return `${waited ? "waited" : "came too late"}, ended with ${[...new Set(codes)].join()}, ${unwanted} rows ran, ${left ? "left" : "stayed in"} the queue`;
  };

  // Whether all of them wait at the same time depends on how they arrive.
  it("takes calls out of the queue that their client cancels", async () => {
    await expect
      .poll(() => beside(undefined), { timeout: 100_000 })
      .toBe(`waited, ended with ${status.CANCELLED}, 0 rows ran, left the queue`);
  });

  it("takes calls out of the queue whose deadline passes", async () => {
    await expect
      .poll(() => beside(200), { timeout: 100_000 })
      .toBe(`waited, ended with ${status.DEADLINE_EXCEEDED}, 0 rows ran, left the queue`);
  });

  it("lets a deadline that is none be known", async () => {
    expect(await client.call("ModelInfer", request(await input(), 1), { headers: { "x-request-timeout-ms": "soon" } })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      setosa: "ARGUMENT_INVALID",
    });
  });
});

describe.each(runtimes)("gRPC behind keys and TLS on %s", (runtime) => {
  const folder = mkdtempSync(join(tmpdir(), "setosa-grpc-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const servers: Running[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) expect(await server.stop()).toBe(0);
  });

  it("asks for keys as HTTP does, also for models that are named in messages", async () => {
    const [one, all] = [generateKey(), generateKey()];
    const file = join(folder, `keys-${runtime}.jsonl`);
    const line = (id: string, key: string, models?: readonly string[]) =>
      formatKey({
        id,
        sha256: hashKey(key),
        models: models === undefined ? undefined : new Set(models),
        rate: undefined,
        burst: undefined,
        admin: false,
      });
    writeFileSync(file, `${line("one", one, ["iris"])}\n${line("all", all)}\n`);
    const { running, grpcPort } = await startGrpc(runtime, [iris, `${root}models/loans.onnx`, "--api-keys", file]);
    servers.push(running);
    const client = grpcClient(grpcPort);
    const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
    expect(await client.call("ModelInfer", irisRequest([setosaRow]))).toMatchObject({ code: status.UNAUTHENTICATED });
    expect(labelsOf(await client.call("ModelInfer", irisRequest([setosaRow]), bearer(one)))).toEqual([0]);
    expect(await client.call("ModelMetadata", { name: "loans" }, bearer(one))).toMatchObject({ code: status.PERMISSION_DENIED });
    expect(await client.call("ModelInfer", irisRequest([], { model_name: "loans" }), bearer(one))).toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    expect(await client.call("ModelMetadata", { name: "loans" }, bearer(all))).toMatchObject({ code: 0 });
    expect(await client.call("RepositoryIndex", {}, bearer(one))).toMatchObject({ response: { models: [{ name: "iris" }] } });
    expect(await grpcClient(grpcPort, "grpc.health.v1.Health").call("Check")).toMatchObject({ code: 0 });
    const stream = grpcClient(grpcPort, "grpc.reflection.v1.ServerReflection").duplex("ServerReflectionInfo");
    const ended = new Promise((resolve) => stream.on("error", (error) => resolve((error as { code?: number }).code)));
    stream.write({ list_services: "" });
    expect(await ended).toBe(status.UNAUTHENTICATED);
    client.close();
  });

  it("speaks TLS with the server's certificate", async () => {
    const { cert, key } = makeCertificate(folder, `localhost-${runtime}`);
    const { running, grpcPort } = await startGrpc(runtime, [iris, "--tls-cert", cert, "--tls-key", key]);
    servers.push(running);
    const client = grpcClient(grpcPort, undefined, { secure: credentials.createSsl(readFileSync(cert)) });
    expect(labelsOf(await client.call("ModelInfer", irisRequest([virginicaRow])))).toEqual([2]);
    client.close();
  });

  it("is shared by workers, and their end lets calls finish", async () => {
    const { running, grpcPort, httpPort } = await startGrpc(runtime, [iris, "--workers", "2"]);
    const clients = Array.from({ length: 12 }, () => grpcClient(grpcPort, undefined, { "grpc.use_local_subchannel_pool": 1 }));
    const answers = await Promise.all(clients.map((client) => client.call("ModelInfer", irisRequest([virginicaRow]))));
    expect(answers.flatMap(labelsOf)).toEqual(new Array(12).fill(2));
    expect(workersOf(httpPort)).toHaveLength(2);
    expect(await running.stop()).toBe(0);
    for (const client of clients) client.close();
  });

  it("tells those who watch that it shuts down", async () => {
    const { running, grpcPort } = await startGrpc(runtime, [iris]);
    const watched = grpcClient(grpcPort, "grpc.health.v1.Health").watch("Watch", {});
    const ended = new Promise((resolve) => watched.on("error", (error) => resolve((error as { code?: number }).code)));
    expect(await new Promise((resolve) => watched.once("data", resolve))).toEqual({ status: "SERVING" });
    expect(await running.stop()).toBe(0);
    expect(await ended).toBe(status.UNAVAILABLE);
  });
});
