import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runtimes } from "./process.ts";
import { sharedServer, startServer, type TestServer } from "./server.ts";

const flowers = [
  [5.1, 3.5, 1.4, 0.2],
  [6.3, 3.3, 6.0, 2.5],
];
const input = { name: "X", datatype: "FP32", shape: [2, 4] };
const json = { inputs: [{ ...input, data: flowers.flat() }] };
const infer = "/v2/models/iris/infer";
const labels = { name: "label", datatype: "INT64", shape: [2], data: [0, 2] };
const probabilities = {
  name: "probabilities",
  datatype: "FP32",
  shape: [2, 3],
  data: [0.981_656_85, 0.018_343_154, 1.439_504_9e-8, 8.911_199_5e-7, 0.003_937_034, 0.996_062_1],
};
const answer = { model_name: "iris", model_version: "1", outputs: [labels, probabilities] };

/** JSON, and tensors behind it. */
function binary(
  request: object,
  ...tensors: readonly (ArrayBufferView | Uint8Array)[]
): { body: Uint8Array; headers: Record<string, string> } {
  const head = Buffer.from(JSON.stringify(request));
  const parts = tensors.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  return {
    body: new Uint8Array(Buffer.concat([head, ...parts])),
    headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(head.length) },
  };
}

async function readBinary(response: Response) {
  const body = new Uint8Array(await response.arrayBuffer());
  const length = Number(response.headers.get("inference-header-content-length"));
  return { json: JSON.parse(Buffer.from(body.subarray(0, length)).toString()), bytes: Buffer.from(body.subarray(length)) };
}

describe.each(runtimes)("the Open Inference Protocol on %s", (runtime) => {
  const server = sharedServer(runtime, ["models", "--default", "iris", "--max-body-bytes", "1000000"]);
  const get = async (path: string) => {
    const response = await fetch(`${server().url}${path}`);
    return { status: response.status, body: await response.json() };
  };
  const refusal = async (body: unknown, headers?: Record<string, string>, path = infer) => {
    const response = await server().post(path, body, headers);
    expect(response.headers.get("content-type")).toBe("application/json");
    const { error, ...others } = (await response.json()) as { error: unknown };
    expect(others).toEqual({});
    return { status: response.status, error };
  };

  it("tells of itself and of its models", async () => {
    expect(await get("/v2")).toMatchObject({
      status: 200,
      body: { name: "setosa", extensions: expect.arrayContaining(["binary_tensor_data"]) },
    });
    expect(await get("/v2/health/live")).toEqual({ status: 200, body: { live: true } });
    expect(await get("/v2/health/ready/")).toEqual({ status: 200, body: { ready: true } });
    expect((await get("/v2/models")).body).toMatchObject({ models: expect.arrayContaining(["iris", "loans"]) });
    for (const path of ["/v2/models/iris", "/v2/models/iris/versions/1/"])
      expect((await get(path)).body).toEqual({
        name: "iris",
        versions: ["1"],
        platform: "setosa_compiled",
        inputs: [{ name: "X", datatype: "FP32", shape: [-1, 4] }],
        outputs: [
          { name: "label", datatype: "INT64", shape: [-1] },
          { name: "probabilities", datatype: "FP32", shape: [-1, 3] },
        ],
      });
    expect(await get("/v2/models/iris/ready")).toEqual({ status: 200, body: { name: "iris", ready: true } });
    expect((await get("/v2/models/iris/config")).body).toMatchObject({
      max_batch_size: 100_000,
      input: [{ data_type: "TYPE_FP32", dims: [4] }],
    });
  });

  it.each([
    ["in one list", json],
    ["nested", { inputs: [{ ...input, data: flowers }] }],
    ["as float64", { inputs: [{ ...input, datatype: "FP64", data: flowers }] }],
    [
      "with the content types of MLServer's codecs",
      { parameters: { content_type: "np" }, inputs: [{ ...input, parameters: { content_type: "np" }, data: flowers }] },
    ],
    ["with an empty list of outputs", { ...json, outputs: [] }],
  ])("answers tensors %s", async (_, body) => {
    const response = await server().post(infer, body);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(answer);
  });

  it("answers columns of a table, one tensor for each feature", async () => {
    const { features } = (await (await fetch(`${server().url}/models/iris`)).json()) as { features: { name: string }[] };
    const inputs = features.map(({ name }, column) => ({ name, datatype: "FP64", shape: [2, 1], data: flowers.map((row) => row[column]) }));
    expect(await (await server().post(infer, { parameters: { content_type: "pd" }, inputs })).json()).toEqual(answer);
  });

  it("gives the id back, and the outputs that are asked for, in that order", async () => {
    const outputs = [{ name: "probabilities" }, { name: "label" }];
    expect(await (await server().post("/v2/models/iris/versions/1/infer", { id: "é42", ...json, outputs })).json()).toEqual({
      id: "é42",
      ...answer,
      outputs: [probabilities, labels],
    });
  });

  it("reads and sends tensors as bytes behind the JSON", async () => {
    const sent = binary(
      { id: "ü", inputs: [{ ...input, parameters: { binary_data_size: 32 } }], parameters: { binary_data_output: true } },
      Float32Array.from(flowers.flat()),
    );
    const response = await server().post(infer, sent.body, sent.headers);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    const { json: head, bytes } = await readBinary(response);
    expect(head).toEqual({
      id: "ü",
      model_name: "iris",
      model_version: "1",
      outputs: [
        { name: "label", datatype: "INT64", shape: [2], parameters: { binary_data_size: 16 } },
        { name: "probabilities", datatype: "FP32", shape: [2, 3], parameters: { binary_data_size: 24 } },
      ],
    });
    expect([bytes.readBigInt64LE(0), bytes.readBigInt64LE(8)]).toEqual([0n, 2n]);
    const scores = Array.from({ length: 6 }, (_, index) => bytes.readFloatLE(16 + 4 * index));
    expect(scores).toEqual(probabilities.data.map(Math.fround));
  });

  it("sends bytes for some outputs and JSON for others", async () => {
    const outputs = [
      { name: "probabilities", parameters: { binary_data: true } },
      { name: "label", parameters: { binary_data: false } },
    ];
    const { json: head, bytes } = await readBinary(
      await server().post(infer, { ...json, outputs, parameters: { binary_data_output: true } }),
    );
    expect(head.outputs).toEqual([expect.objectContaining({ parameters: { binary_data_size: 24 } }), labels]);
    expect(bytes.length).toBe(24);
  });

  it("takes the bytes of the only input alone", async () => {
    const body = new Uint8Array(Float32Array.from(flowers.flat()).buffer);
    const response = await server().post(infer, body, {
      "inference-header-content-length": "0",
      "content-type": "application/octet-stream",
    });
    const { json: head, bytes } = await readBinary(response);
    expect(head.outputs).toMatchObject([{ shape: [2] }, { shape: [2, 3] }]);
    expect(bytes.readBigInt64LE(8)).toBe(2n);
  });

  it("answers the best classes by name", async () => {
    const outputs = [{ name: "probabilities", parameters: { classification: 2 } }];
    expect(((await (await server().post(infer, { ...json, outputs })).json()) as typeof answer).outputs).toEqual([
      {
        name: "probabilities",
        datatype: "BYTES",
        shape: [2, 2],
        data: ["0.981657:0:Iris-Setosa", "0.018343:1:Iris-Versicolor", "0.996062:2:Iris-Virginica", "0.003937:1:Iris-Versicolor"],
      },
    ]);
  });

  it("reads text as BYTES, and a number that is none as a missing one", async () => {
    const { body } = (await get("/v2/models/loans")) as unknown as {
      body: { inputs: { name: string; datatype: string; shape: number[] }[] };
    };
    expect(body.inputs.map(({ datatype }) => datatype)).toContain("BYTES");
    const about = (await (await fetch(`${server().url}/models/loans`)).json()) as {
      features: { name: string; dtype: string; missing: boolean }[];
      example: Record<string, string | number | null>;
    };
    const datatypes: Record<string, string> = { float32: "FP32", float64: "FP64", int64: "INT64", string: "BYTES", bool: "BOOL" };
    const inputs = about.features.map(({ name, dtype }) => ({
      name,
      datatype: datatypes[dtype],
      shape: [1],
      data: [name === "age" ? null : about.example[name]],
    }));
    const [json, numbers] = await Promise.all([
      server().post("/v2/models/loans/infer", { inputs }),
      server().post("/v2/models/loans/infer", JSON.stringify({ inputs }).replace(/null/g, "NaN")),
    ]);
    expect(json.status).toBe(200);
    expect(await numbers.json()).toEqual(await json.json());
    const texts = inputs.filter(({ datatype }) => datatype === "BYTES");
    const rest = inputs.filter(({ datatype }) => datatype !== "BYTES");
    const elements = texts.map(({ data: [text] }) => {
      const bytes = Buffer.from(String(text));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    });
    const sent = binary(
      {
        inputs: [
          ...texts.map(({ data: _, ...text }, index) => ({ ...text, parameters: { binary_data_size: elements[index]?.length } })),
          ...rest,
        ],
      },
      ...elements,
    );
    expect((await server().post("/v2/models/loans/infer", sent.body, sent.headers)).status).toBe(200);
  });

  it.each([
    ["gzip", gzipSync, gunzipSync],
    ["deflate", deflateSync, inflateSync],
  ] as const)("reads and sends %s", async (coding, pack, unpack) => {
    const rows = Array.from({ length: 1000 }, () => flowers[0] as number[]);
    const body = new Uint8Array(pack(JSON.stringify({ inputs: [{ ...input, shape: [1000, 4], data: rows }] })));
    // fetch reads what is encoded by itself.
    const response = await server().post(infer, body, { "content-encoding": coding, "accept-encoding": coding });
    expect(response.headers.get("content-encoding")).toBe(coding);
    expect(((await response.json()) as typeof answer).outputs[1]?.shape).toEqual([1000, 3]);
    const plain = await server().post(infer, body, { "content-encoding": coding, "accept-encoding": "identity" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(unpack(body).length).toBeGreaterThan(body.length);
  });

  it("bounds what comes out of a compressed body", async () => {
    expect(await refusal(new Uint8Array(gzipSync(Buffer.alloc(50_000_000, " "))), { "content-encoding": "gzip" })).toEqual({
      status: 413,
      error: expect.stringContaining("1000000 bytes"),
    });
    expect(await refusal(Uint8Array.of(1, 2, 3), { "content-encoding": "gzip" })).toMatchObject({ status: 400 });
    expect(await refusal(Uint8Array.of(1, 2, 3), { "content-encoding": "br" })).toMatchObject({ status: 415 });
  });

  it.each<[string, unknown, number, string]>([
    ["no object", "[]", 400, "object"],
    ["no JSON", "{", 400, "JSON"],
    ["no inputs", {}, 400, "inputs"],
    ["a wrong name", { inputs: [{ ...input, name: "Y", data: flowers }] }, 400, '"Y"'],
    ["a wrong datatype", { inputs: [{ ...input, datatype: "FP33", data: flowers }] }, 400, "FP33"],
    ["text for numbers", { inputs: [{ ...input, datatype: "BYTES", data: flowers.flat().map(String) }] }, 400, "float32"],
    ["a wrong shape", { inputs: [{ ...input, shape: [4, 2], data: flowers.flat() }] }, 400, "[4, 2]"],
    ["too few elements", { inputs: [{ ...input, data: [1] }] }, 400, "8 elements"],
    ["ragged lists", { inputs: [{ ...input, data: [[1, 2, 3, 4], [1]] }] }, 400, "inputs[0].data[1]"],
    ["an element of another type", { inputs: [{ ...input, data: [1, 2, 3, 4, 5, "6", 7, 8] }] }, 400, "inputs[0].data[5]"],
    ["a number that is not finite", JSON.stringify(json).replace("5.1", "Infinity"), 400, "X[0][0]"],
    ["an unknown output", { ...json, outputs: [{ name: "probabilites" }] }, 400, '"probabilities"'],
    ["no rows", { inputs: [{ ...input, shape: [0, 4], data: [] }] }, 400, "row"],
    ["a huge shape", { inputs: [{ ...input, shape: [1e9, 1e9], data: [] }] }, 400, "2^28"],
    ["shared memory", { inputs: [{ ...input, parameters: { shared_memory_region: "x" } }] }, 400, "memory"],
    ["too many bytes", JSON.stringify(json) + " ".repeat(1_000_000), 413, "1000000"],
  ])("refuses %s", async (_, body, status, text) => {
    expect(await refusal(body)).toEqual({ status, error: expect.stringContaining(text) });
  });

  it("refuses bytes that are not those of the tensors", async () => {
    const request = { inputs: [{ ...input, parameters: { binary_data_size: 32 } }] };
    const few = binary(request, new Float32Array(7));
    expect(await refusal(few.body, few.headers)).toMatchObject({ status: 400, error: expect.stringContaining("32 bytes") });
    const many = binary(request, new Float32Array(9));
    expect(await refusal(many.body, many.headers)).toMatchObject({ status: 400, error: expect.stringContaining("4 bytes") });
    const headers = { "content-type": "application/octet-stream", "inference-header-content-length": "1e3" };
    expect(await refusal(few.body, headers)).toMatchObject({
      status: 400,
      error: expect.stringContaining("Inference-Header-Content-Length"),
    });
  });

  it("refuses other paths and methods in the same form", async () => {
    expect(await refusal(json, undefined, "/v2/models/irs/infer")).toMatchObject({ status: 404, error: expect.stringContaining("iris") });
    expect(await refusal(json, undefined, "/v2/models/iris/versions/9/infer")).toMatchObject({ status: 404 });
    expect(await refusal(json, undefined, "/v2/nowhere")).toMatchObject({ status: 404 });
    expect(await refusal(json, undefined, "/v2/models/iris")).toMatchObject({ status: 405 });
    expect(await refusal(json, { "content-type": "text/html" })).toMatchObject({ status: 415 });
    expect(await refusal({}, undefined, "/v2/repository/models/iris/load")).toMatchObject({ status: 403 });
    expect(await get("/v2/models/irs/ready")).toMatchObject({ status: 404, body: { error: expect.any(String) } });
  });

  it("counts what a model was asked", async () => {
    const counted = async () =>
      ((await get("/v2/models/wine/stats")).body as { model_stats: { inference_count: number; inference_stats: object }[] }).model_stats[0];
    expect(await counted()).toMatchObject({ inference_count: 0 });
    const row = { name: "X", datatype: "FP32", shape: [2, 13], data: new Array(26).fill(1) };
    expect((await server().post("/v2/models/wine/infer", { inputs: [row] })).status).toBe(200);
    expect((await server().post("/v2/models/wine/infer", { inputs: [] })).status).toBe(400);
    expect(await counted()).toMatchObject({
      inference_count: 2,
      inference_stats: { success: { count: 1, ns: expect.any(Number) }, fail: { count: 1 } },
    });
    expect((await get("/v2/models/stats")).body).toMatchObject({
      model_stats: expect.arrayContaining([expect.objectContaining({ name: "iris" })]),
    });
  });

  it("lists the repository", async () => {
    const response = await server().post("/v2/repository/index", "");
    expect(await response.json()).toContainEqual({ name: "iris", version: "1", state: "READY", reason: "" });
  });
});

describe.each(runtimes)("the repository extension on %s, where clients may control models", (runtime) => {
  let folder = "";
  let server: TestServer | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "setosa-control-"));
    await cp("models/iris.onnx", join(folder, "iris.onnx"));
    server = await startServer(runtime, [folder, "--model-control", "--workers", "2", "--ready-when", "any"]);
  });
  afterAll(async () => {
    expect(await server?.running.stop()).toBe(0);
    await rm(folder, { recursive: true });
  });

  it("takes a model out and in again, in every worker", async () => {
    const post = async (path: string, body: unknown = "") => {
      const response = await server?.post(path, body);
      return { status: response?.status, body: await response?.json() };
    };
    expect(await post("/v2/repository/models/iris/unload")).toEqual({ status: 200, body: { name: "iris", unload: true } });
    const states = async () => (await post("/v2/repository/index")).body as { state: string }[];
    expect(await states()).toMatchObject([{ name: "iris", state: "UNAVAILABLE" }]);
    for (let again = 0; again < 10; again++) expect((await post(infer, json)).status).toBe(404);
    expect((await post("/v2/repository/index", { ready: true })).body).toEqual([]);
    expect(await post("/v2/repository/models/iris/load", { parameters: {} })).toEqual({ status: 200, body: { name: "iris", load: true } });
    for (let again = 0; again < 10; again++) expect((await post(infer, json)).status).toBe(200);
    expect((await post("/v2/repository/models/iris/load", { parameters: { "file:1/model.onnx": "AA==" } })).status).toBe(400);
    expect((await post("/v2/repository/models/nothing/load")).status).toBe(404);
  });
});

const other = `${root}test/fixtures/other-models`;
const { image, probabilities: trained } = JSON.parse(readFileSync(`${other}/digits-cnn.json`, "utf8")) as {
  image: number[][][][];
  probabilities: number[][];
};

describe.each(runtimes)("the Open Inference Protocol on %s, for a model of tensors on onnxruntime", (runtime) => {
  const server = sharedServer(runtime, [`${other}/digits-cnn.onnx`, "--engine", "onnxruntime", "--max-queue", "2"]);
  const shape = [image.length, image[0]?.length, image[0]?.[0]?.length, image[0]?.[0]?.[0]?.length];
  const pixels = Float32Array.from(image.flat(3));
  const path = "/v2/models/digits-cnn/infer";
  const asked = { name: "image", datatype: "FP32", shape };

  it("says its shapes, and which dimension is open", async () => {
    expect(await (await fetch(`${server().url}/v2/models/digits-cnn`)).json()).toMatchObject({
      platform: "onnxruntime_onnx",
      inputs: [{ name: "image", datatype: "FP32", shape: [-1, ...shape.slice(1)] }],
    });
  });

  it("answers with the trainer's probabilities, as JSON and as bytes", async () => {
    const json = (await (await server().post(path, { inputs: [{ ...asked, data: image }] })).json()) as typeof answer;
    const sent = binary(
      {
        inputs: [{ ...asked, parameters: { binary_data_size: pixels.byteLength } }],
        outputs: [{ name: "probabilities", parameters: { binary_data: true } }],
      },
      pixels,
    );
    const { bytes } = await readBinary(await server().post(path, sent.body, sent.headers));
    const values = trained.flat();
    for (const [index, value] of values.entries()) {
      expect(Math.abs(bytes.readFloatLE(4 * index) - value)).toBeLessThan(1e-5);
      expect(Math.fround(json.outputs[0]?.data[index] as number)).toBe(bytes.readFloatLE(4 * index));
    }
  });

  it("counts the runs of the engine", async () => {
    const stats = (await (await fetch(`${server().url}/v2/models/digits-cnn/stats`)).json()) as { model_stats: object[] };
    expect(stats.model_stats).toMatchObject([{ inference_count: 2, execution_count: 2, inference_stats: { queue: { count: 2 } } }]);
  });

  it("refuses a wrong shape", async () => {
    const response = await server().post(path, { inputs: [{ ...asked, shape: [1, 2], data: [1, 2] }] });
    expect([response.status, await response.json()]).toEqual([400, { error: expect.stringContaining("[1, 2]") }]);
  });

  it("refuses at once what is over its queue", async () => {
    const one = { inputs: [{ ...asked, shape: [1, ...shape.slice(1)], data: image.slice(0, 1) }] };
    const burst = () => Promise.all(Array.from({ length: 40 }, () => server().post(path, one)));
    let answers = await burst();
    // Whether forty requests meet in the queue depends on how they arrive.
    for (let tries = 0; tries < 20 && answers.every(({ status }) => status === 200); tries++) answers = await burst();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const refused = answers.find(({ status }) => status === 503);
    expect([refused?.headers.get("retry-after"), await refused?.json()]).toEqual(["1", { error: expect.any(String) }]);
  });
});
