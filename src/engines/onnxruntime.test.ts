import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { model, node, pooling, product, unary } from "../../test/onnx/tiny-models.ts";
import { readOnnx } from "../formats/onnx/read.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";
import { onnxruntimeEngine } from "./onnxruntime.ts";

const engines: Engine[] = [];
const threads: Worker[] = [];
const remember = (thread: Worker) => threads.push(thread);
process.on("worker", remember);

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  threads.length = 0;
});

async function engineOf(bytes: Uint8Array, count = 1): Promise<Engine> {
  const file = readOnnx(bytes);
  const engine = await onnxruntimeEngine(file.graph, file.onnx(), "asked for", { threads: count });
  engines.push(engine);
  return engine;
}

/** The thread of the engine that was made last. */
function lastThread(): Worker {
  const thread = threads.at(-1);
  if (thread === undefined) throw new Error("No thread was started.");
  return thread;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const image = (first: number): Tensor =>
  tensor(
    "float32",
    [1, 1, 3, 3],
    Float32Array.from({ length: 9 }, (_, index) => first + index),
  );

describe("onnxruntimeEngine", () => {
  it("runs an operator that has no kernel", async () => {
    const engine = await engineOf(pooling());
    expect([engine.kind, engine.reason, engine.kernel]).toEqual(["onnxruntime", "asked for", undefined]);
    const [sums] = await engine.run([image(1)]);
    expect(sums).toEqual({ dtype: "float32", shape: [1, 1, 2, 2], data: Float32Array.of(12, 16, 24, 28) });
  });

  it("is not given tensors without elements, with which some of its operators end the process", async () => {
    const engine = await engineOf(pooling());
    for (const shape of [
      [0, 1, 3, 3],
      [1, 1, 3, 0],
    ])
      await expect(engine.run([tensor("float32", shape)])).rejects.toMatchObject({ code: "TENSOR_INVALID" });
    expect(await engine.run([image(1)])).toHaveLength(1);
  });

  it("leaves the caller's tensors whole", async () => {
    const engine = await engineOf(pooling());
    const input = image(1);
    await engine.run([input]);
    expect(input.data).toHaveLength(9);
  });

  it("answers many runs at once, each its own", async () => {
    const engine = await engineOf(pooling());
    const answers = await Promise.all(Array.from({ length: 200 }, (_, first) => engine.run([image(first)])));
    expect(answers.map(([sums]) => sums?.data[0])).toEqual(Array.from({ length: 200 }, (_, first) => 4 * first + 8));
  });

  it.each<[DType, (number | string)[]]>([
    ["float32", [1.5, Number.NaN, Number.POSITIVE_INFINITY]],
    ["float64", [0.1, -0, 1e300]],
    ["int64", [-1, 2 ** 53 - 1, -(2 ** 53) + 1]],
    ["int32", [-1, 2 ** 31 - 1, 0]],
    ["uint8", [0, 255, 1]],
    ["int8", [-128, 127, 0]],
    ["bool", [1, 0, 1]],
    ["string", ["", "größe 🌷", "with\ttab"]],
  ])("passes %s in and out unchanged", async (dtype, values) => {
    const engine = await engineOf(unary("Identity", dtype));
    const data = allocate(dtype, values.length);
    values.forEach((value, index) => {
      data[index] = value;
    });
    const given = { dtype, shape: [values.length], data } as Tensor;
    expect(await engine.run([given])).toEqual([given]);
  });

  it("does not take a string that it cannot hold for another one", async () => {
    const engine = await engineOf(unary("Identity", "string"));
    const [text] = await engine.run([tensor("string", [3], ["car\0", "\0", "\ud800car"])]);
    expect(text?.data).toEqual(["car\ufffd", "\ufffd", "\ufffdcar"]);
  });

  it("refuses an integer that a number does not hold", async () => {
    const bytes = model({
      inputs: [{ name: "x", dtype: "int64", shape: ["n"] }],
      outputs: [{ name: "y", dtype: "int64", shape: ["n"] }],
      nodes: [node("Mul", ["x", "x"], ["y"])],
    });
    const engine = await engineOf(bytes);
    await expect(engine.run([tensor("int64", [1], Float64Array.of(2 ** 30))])).rejects.toMatchObject({
      code: "ENGINE_FAILED",
      message: expect.stringContaining("1152921504606846976, which is beyond 2^53"),
    });
    expect((await engine.run([tensor("int64", [1], Float64Array.of(3))]))[0]?.data).toEqual(Float64Array.of(9));
  });

  it("says what onnxruntime says of tensors that do not fit, and goes on", async () => {
    const engine = await engineOf(pooling());
    await expect(engine.run([tensor("float32", [1, 2, 3, 3])])).rejects.toMatchObject({
      code: "ENGINE_FAILED",
      message: expect.stringMatching(/dimensions/),
    });
    await expect(engine.run([])).rejects.toMatchObject({ code: "TENSOR_INVALID", path: "image" });
    expect(await engine.run([image(1)])).toHaveLength(1);
  });

  it("says what onnxruntime does not know", async () => {
    const bytes = model({
      inputs: [{ name: "x", dtype: "float32", shape: ["n"] }],
      outputs: [{ name: "y", dtype: "float32", shape: ["n"] }],
      nodes: [node("NoSuchOperator", ["x"], ["y"])],
    });
    await expect(engineOf(bytes)).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringContaining("NoSuchOperator"),
    });
  });
});

describe("the thread of an onnxruntimeEngine", () => {
  it("is replaced when it dies: what it had not answered fails, what comes next is answered", async () => {
    const engine = await engineOf(pooling());
    // No message of the engine's: the thread throws when it reads it.
    lastThread().postMessage(null);
    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, (_, first) => engine.run([image(first)])));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: {
          code: "ENGINE_FAILED",
          message: expect.stringMatching(/^The onnxruntime thread ended before it answered: .*null/),
          hint: "Try again: the next request starts a new one.",
        },
      });
    const after = await Promise.all([engine.run([image(1)]), engine.run([image(2)])]);
    expect(after.map(([sums]) => sums?.data[0])).toEqual([12, 16]);
    expect(threads).toHaveLength(2);
  });

  it("is replaced when it dies idle", async () => {
    const engine = await engineOf(pooling());
    await lastThread().terminate();
    expect((await engine.run([image(1)]))[0]?.data[0]).toBe(12);
  });

  it("is ended by close, which may be called twice and lets no run begin any more", async () => {
    const engine = await engineOf(product());
    const rows = tensor("float32", [1024, 512]);
    const outcomes = Promise.allSettled(Array.from({ length: 100 }, () => engine.run([rows])));
    await turn();
    const ended = new Promise((resolve) => lastThread().once("exit", resolve));
    // With runs in the thread and behind it.
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
    await ended;
    const refused = { status: "rejected", reason: { code: "ENGINE_FAILED", message: "The model was closed before it answered." } };
    expect((await outcomes).at(-1)).toMatchObject(refused);
    await expect(engine.run([rows])).rejects.toMatchObject({ code: "ENGINE_FAILED", message: "The model is closed." });
  });

  it("is ended by close even while it is being replaced", async () => {
    const engine = await engineOf(pooling());
    await lastThread().terminate();
    const run = engine.run([image(1)]).catch((error: unknown) => error);
    await turn();
    const replacement = lastThread();
    const ended = new Promise((resolve) => replacement.once("exit", resolve));
    await engine.close();
    await ended;
    await run;
    expect(threads).toHaveLength(2);
  });

  it("is not left behind by a model that is refused", async () => {
    const bytes = model({
      inputs: [{ name: "x", dtype: "float32", shape: ["n"] }],
      outputs: [{ name: "y", dtype: "float32", shape: ["n"] }],
      nodes: [node("NoSuchOperator", ["x"], ["y"])],
    });
    await expect(engineOf(bytes)).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
    expect(lastThread().threadId).toBe(-1);
  });
});

describe("several threads of an onnxruntimeEngine", () => {
  it("share the runs, and each fails only its own when it dies", async () => {
    const engine = await engineOf(pooling(), 2);
    expect([engine.parallel, threads]).toEqual([2, expect.objectContaining({ length: 2 })]);
    lastThread().postMessage(null);
    const outcomes = await Promise.allSettled([engine.run([image(1)]), engine.run([image(2)])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const after = await Promise.all([0, 1, 2, 3].map((first) => engine.run([image(first)])));
    expect(after.map(([sums]) => sums?.data[0])).toEqual([8, 12, 16, 20]);
    expect(threads).toHaveLength(3);
  });

  it("are all ended by close", async () => {
    const engine = await engineOf(pooling(), 3);
    const ended = Promise.all(threads.map((thread) => new Promise((resolve) => thread.once("exit", resolve))));
    await engine.close();
    await ended;
    await expect(engine.run([image(1)])).rejects.toMatchObject({ message: "The model is closed." });
  });
});
