import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ErrorBody, PredictAnswers, PredictTensors } from "../../src/protocols/predict/messages.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { model, node, product } from "../onnx/tiny-models.ts";
import { root, runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { sharedServer } from "./server.ts";

const folder = `${root}test/fixtures/other-models`;
const { image, probabilities } = JSON.parse(readFileSync(`${folder}/digits-cnn.json`, "utf8")) as {
  image: number[][][][];
  probabilities: number[][];
};

/** onnxruntime runs in a worker thread, and answers come later. */
describe.each(runtimes)("a model of tensors on onnxruntime, on %s", (runtime) => {
  const server = sharedServer(runtime, [`${folder}/digits-cnn.onnx`, "--engine", "onnxruntime", "--max-queue", "2"]);

  it("says at the start which engine it is, and why", () => {
    expect(server().running.output()).toContain("onnxruntime (asked for)");
    expect(server().running.output()).toContain(`curl http://localhost:${server().port}/models/digits-cnn`);
  });

  it.each([
    ["inputs", { inputs: { image } }],
    ["instances", { instances: image }],
  ])("answers %s with the trainer's probabilities", async (_, body) => {
    const answer = await server().post("/predict", body);
    expect(answer.status).toBe(200);
    const { model, outputs } = (await answer.json()) as PredictTensors & { outputs: { probabilities: number[][] } };
    expect(model).toBe("digits-cnn");
    expect(outputs.probabilities).toHaveLength(image.length);
    const worst = Math.max(
      ...outputs.probabilities.flatMap((row, index) => row.map((value, column) => Math.abs(value - (probabilities[index]?.[column] ?? 1)))),
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it.each([
    ["no inputs", {}, "BODY_SHAPE_INVALID", undefined],
    ["a list", [1, 2], "BODY_SHAPE_INVALID", undefined],
    ["another input", { inputs: { picture: image } }, "TENSOR_INVALID", "inputs"],
    ["a wrong depth", { inputs: { image: [1, 2, 3] } }, "TENSOR_INVALID", /^inputs\["image"\]/],
    ["a ragged list", { inputs: { image: [[[...(image[0]?.[0] ?? []).slice(1), [1]]]] } }, "TENSOR_INVALID", /^inputs\["image"\]/],
    ["text", { instances: [[[["x"]]]] }, "TENSOR_INVALID", /^instances/],
  ])("refuses %s", async (_, body, code, path) => {
    const answer = await server().post("/predict", body);
    const { error } = (await answer.json()) as ErrorBody;
    expect([answer.status, error.code]).toEqual([400, code]);
    if (path !== undefined) expect(error.path).toMatch(path);
    expect((await server().post("/predict", { instances: image.slice(0, 1) })).status).toBe(200);
  });

  it("has no row to predict for GET", async () => {
    const answer = await fetch(`${server().url}/predict`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  it("refuses what is over its queue at once, and answers the rest", async () => {
    const burst = () => Promise.all(Array.from({ length: 40 }, () => server().post("/predict", { instances: image.slice(0, 1) })));
    let answers = await burst();
    // Whether forty requests meet in the queue depends on how they arrive.
    for (let tries = 0; tries < 20 && answers.every(({ status }) => status === 200); tries++) answers = await burst();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect(await refused?.text()).toContain("OVERLOADED");
    expect((await server().post("/predict", { instances: image })).status).toBe(200);
  });

  it("ends the wait at the client's deadline", async () => {
    const many = JSON.stringify({ instances: Array.from({ length: 100 }, () => image).flat() });
    const answer = await server().post("/predict", many, { "content-type": "application/json", "x-request-timeout-ms": "1" });
    expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([504, "DEADLINE_EXCEEDED"]);
    await expect.poll(async () => (await server().post("/predict", { instances: image })).status).toBe(200);
  });
});

describe.each(runtimes)("a slow model on onnxruntime, on %s", (runtime) => {
  const path = join(mkdtempSync(join(tmpdir(), "setosa-")), "product.onnx");
  writeFileSync(path, product());
  afterAll(() => rmSync(dirname(path), { recursive: true }));
  const server = sharedServer(runtime, [path, "--engine", "onnxruntime", "--max-batch-rows", "1024", "--max-batch-rows", "product=600"]);
  const rows = (count: number, value: number) => ({ instances: Array.from({ length: count }, () => new Array<number>(512).fill(value)) });

  it("says how its requests wait", async () => {
    expect(server().running.output()).toContain("one thread, up to 600 rows together");
    const answer = await fetch(`${server().url}/models/product`);
    expect(await answer.json()).toMatchObject({ engine: "onnxruntime", batching: "up to 600 rows together" });
  });

  it("answers each request with its own rows, however they are joined", async () => {
    const answers = await Promise.all([1, 300, 2, 599, 3, 4, 700, 5].map((count, value) => server().post("/predict", rows(count, value))));
    const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<PredictAnswers>));
    const outputs = bodies.map(({ predictions }) => predictions.map(({ prediction }) => Object.values(prediction)));
    expect(outputs.map((output) => [output.length, ...new Set(output.flat())])).toEqual(
      [1, 300, 2, 599, 3, 4, 700, 5].map((count, value) => [count, value]),
    );
  });

  it("drops a request that waits when its client goes away, and does not run it", async () => {
    const body = JSON.stringify(rows(1, 2));
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nX-Request-Priority: low\r\nContent-Length: ${body.length}\r\n\r\n`;
    const beside = async () => {
      const others = Array.from({ length: 30 }, () => server().post("/predict", rows(60, 1)));
      // It closes its own half only, so that it can read what became of its request.
      const gone = await sendRaw([head, body], { port: server().port, halfClose: true });
      for (const { status } of await Promise.all(others)) expect([200, 503]).toContain(status);
      return `${gone.status} ${/"code":"(\w+)"/.exec(gone.text)?.[1]}`;
    };
    // Whether it comes while the others wait depends on how they arrive.
    await expect.poll(beside, { timeout: 15_000 }).toBe("499 REQUEST_CANCELLED");
  });

  it("says which priorities there are", async () => {
    const answer = await server().post("/predict", rows(1, 1), { "content-type": "application/json", "x-request-priority": "1" });
    expect([answer.status, ((await answer.json()) as ErrorBody).error.path]).toEqual([400, "X-Request-Priority"]);
  });
});

/** With the TopK of onnxruntime-node 1.30 the process ends by SIGFPE where the tensor has no elements. */
describe.each(runtimes)("a tensor without elements, on %s", (runtime) => {
  const folder = mkdtempSync(join(tmpdir(), "setosa-empty-"));
  const file = join(folder, "largest.onnx");
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    file,
    model({
      inputs: [{ name: "x", dtype: "float32", shape: ["batch", "n"] }],
      outputs: [{ name: "largest", dtype: "float32", shape: ["batch", 1] }],
      constants: new Map([["one", tensor("int64", [1], Float64Array.of(1))]]),
      nodes: [node("TopK", ["x", "one"], ["largest", "position"])],
    }),
  );
  const server = sharedServer(runtime, [file]);

  it("is refused, and the server lives", async () => {
    for (const body of [{ inputs: { x: [[], []] } }, { instances: [[]] }]) {
      const answer = await server().post("/predict", body);
      expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([400, "TENSOR_INVALID"]);
    }
    const answer = await server().post("/predict", { instances: [[3, 7, 5]] });
    expect(await answer.json()).toMatchObject({ outputs: { largest: [[7]] } });
  });
});

describe.each(runtimes)("a model of features on onnxruntime, on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "--engine", "onnxruntime"]);

  it("answers as the compiled one does", async () => {
    const setosa = { model: "iris", version: "1", prediction: "Iris-Setosa", probabilities: { "Iris-Setosa": expect.closeTo(0.98, 2) } };
    expect(await (await server().post("/predict", [5.1, 3.5, 1.4, 0.2])).json()).toMatchObject(setosa);
    const rows = await server().post("/predict", [
      [5.1, 3.5, 1.4, 0.2],
      [6.3, 3.3, 6, 2.5],
    ]);
    expect(await rows.json()).toMatchObject({ predictions: [{ prediction: "Iris-Setosa" }, { prediction: "Iris-Virginica" }] });
    expect(await (await fetch(`${server().url}/predict`)).text()).toBe("Prediction: Iris-Setosa\n");
  });

  it("refuses as the compiled one does", async () => {
    const answer = await server().post("/predict", {
      instances: [
        [5.1, 3.5, 1.4, 0.2],
        [1, 2, 3, "x"],
      ],
    });
    expect([answer.status, ((await answer.json()) as ErrorBody).error]).toMatchObject([
      400,
      { code: "FEATURE_TYPE_INVALID", path: "instances[1][3]" },
    ]);
  });
});
