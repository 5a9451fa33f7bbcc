import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createHandler, type Handler, type HandlerOptions } from "../../src/fetch/index.ts";
import { loadModel } from "../../src/index.ts";
import { importWritten, temporaryFolder, writeArtifact } from "../artifact/written.ts";

const row = [6.3, 3.3, 6.0, 2.5];
const handlers: Handler[] = [];
afterAll(() => Promise.all(handlers.map((handler) => handler.close())));

async function handlerOf(options: HandlerOptions): Promise<Handler> {
  const handler = await createHandler(options);
  handlers.push(handler);
  return handler;
}

const post = (path: string, body: unknown = row, init: RequestInit = {}) =>
  new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });
const get = (path: string) => new Request(`http://localhost${path}`);
const names = async (handler: Handler, base = "") =>
  ((await (await handler(get(`${base}/models`))).json()) as { models: { name: string }[] }).models.map(({ name }) => name);
const code = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe("the models of a handler", () => {
  const bytes = readFileSync("models/iris.onnx");

  it.each<[string, HandlerOptions["models"], string[]]>([
    ["a file", "models/iris.onnx", ["iris"]],
    ["a file's address", pathToFileURL("models/iris.onnx"), ["iris"]],
    ["a file's address as text", pathToFileURL("models/iris.onnx").href, ["iris"]],
    ["its bytes", bytes, ["iris"]],
    ["names", { flowers: "models/iris.onnx", loans: bytes }, ["flowers", "loans"]],
    ["a list", ["models/iris.onnx", "models/loans.onnx"], ["iris", "loans"]],
  ])("may be %s", async (_, models, expected) => {
    expect(await names(await handlerOf({ models }))).toEqual(expected);
  });

  it("may be a folder, as the server takes it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-fetch-"));
    try {
      copyFileSync("models/iris.onnx", join(folder, "iris.onnx"));
      expect(await names(await handlerOf({ models: folder }))).toEqual(["iris"]);
      await expect(createHandler({ models: { flowers: folder } })).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("may be loaded, and are then closed by who loaded them", async () => {
    const model = await loadModel("models/iris.onnx");
    const handler = await createHandler({ models: { mine: model, iris: model } });
    expect(await names(handler)).toEqual(["mine", "iris"]);
    await handler.close();
    expect(model.predict(row).prediction).toBe("Iris-Virginica");
    await model.close();
  });

  it("may be modules of setosa compile, with the same answers and errors", async () => {
    const folder = temporaryFolder();
    await writeArtifact(folder, "models/loans.onnx");
    const compiled = await (await importWritten(folder, "loans")).load();
    const [handler, other] = [await handlerOf({ models: compiled }), await handlerOf({ models: "models/loans.onnx" })];
    const loan = {
      income: 52000,
      loan_amount: 9000,
      age: 41,
      employment_years: null,
      debt_ratio: 0.2,
      purpose: "car",
      home_ownership: "own",
    };
    for (const body of [loan, [loan, { ...loan, purpose: "yacht" }], { ...loan, home_ownership: "none" }, { ...loan, age: "41" }]) {
      const [one, two] = [await handler(post("/predict", body)), await other(post("/predict", body))];
      expect([one.status, await one.text()]).toEqual([two.status, await two.text()]);
    }
    const inputs = {
      inputs: [{ name: "income", datatype: "FP32", shape: [1, 1], data: [1] }],
    };
    const [one, two] = [await handler(post("/v2/models/loans/infer", inputs)), await other(post("/v2/models/loans/infer", inputs))];
    expect([one.status, await one.text()]).toEqual([two.status, await two.text()]);
  });

  it.each<[string, unknown, string]>([
    ["nothing", {}, "MODELS_EMPTY"],
    ["a number", 5, "MODELS_EMPTY"],
    ["no model", { iris: {} }, "ARGUMENT_INVALID"],
    ["a file that is not there", "nothing.onnx", "MODEL_FILE_UNREADABLE"],
    ["bytes of something else", new Uint8Array(100), "MODEL_FORMAT_UNKNOWN"],
    ["one name twice", ["models/iris.onnx", "models/iris.onnx"], "MODEL_NAME_TAKEN"],
  ])("are refused: %s", async (_, models, expected) => {
    await expect(createHandler({ models } as HandlerOptions)).rejects.toMatchObject({ code: expected });
  });

  it("have the one that was chosen as the default", async () => {
    const models = ["models/iris.onnx", "models/loans.onnx"];
    const handler = await handlerOf({ models, default: "loans" });
    expect(await (await handler(get("/predict"))).text()).toMatch(/repaid|default/);
    await expect(createHandler({ models, default: "irsi" })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });
});

describe("the paths of a handler", () => {
  it("are its own behind a base, and nobody else's", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx", basePath: "/ml/" });
    expect((await handler(post("/ml/predict"))).status).toBe(200);
    expect(await names(handler, "/ml")).toEqual(["iris"]);
    expect((await handler(get("/ml"))).status).toBe(200);
    for (const path of ["/predict", "/mlx/predict", "/"]) {
      const response = await handler(post(path));
      expect([response.status, await code(response)]).toEqual([404, "ROUTE_NOT_FOUND"]);
      expect(handler.answer(post(path))).toBeUndefined();
    }
    expect((await handler.answer(get("/ml/nothing")))?.status).toBe(404);
  });

  it("are let go to others, without a base, unless something can be said of them", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx" });
    for (const path of ["/", "/nothing", "/model"]) expect(handler.answer(get(path))).toBeUndefined();
    expect((await handler.answer(post("/predict")))?.status).toBe(200);
    const typo = await handler.answer(get("/models/irsi"));
    expect(typo === undefined ? undefined : await code(typo)).toBe("MODEL_NOT_FOUND");
  });

  it.each(["ml", "/a b", "/ml?x"])("cannot be behind %j", async (basePath) => {
    await expect(createHandler({ models: "models/iris.onnx", basePath })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      path: "basePath",
    });
  });

  it("are those of the protocols that were asked for", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx", protocols: ["predict"] });
    expect((await handler(get("/v2"))).status).toBe(404);
    expect((await handler(get("/models"))).status).toBe(200);
  });
});

describe("the life of a handler", () => {
  it("goes on with the old models where new ones cannot be loaded, and with the new ones where they can", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-fetch-"));
    try {
      const file = join(folder, "model.onnx");
      copyFileSync("models/iris.onnx", file);
      const handler = await handlerOf({ models: { model: file } });
      expect((await handler(post("/predict"))).status).toBe(200);
      writeFileSync(file, "no model");
      await expect(handler.reload()).rejects.toMatchObject({ code: "MODEL_FORMAT_UNKNOWN" });
      expect((await handler(post("/predict"))).status).toBe(200);
      copyFileSync("models/loans.onnx", file);
      await handler.reload();
      expect(await (await handler(get("/predict"))).text()).toMatch(/repaid|default/);
      await handler.reload("models/iris.onnx");
      expect(await names(handler)).toEqual(["iris"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ends: from then on it refuses", async () => {
    const handler = await createHandler({ models: "models/iris.onnx" });
    await Promise.all([handler.close(), handler.close()]);
    const response = await handler(post("/predict"));
    expect([response.status, await code(response)]).toEqual([503, "SERVER_DRAINING"]);
    await expect(handler.reload()).rejects.toMatchObject({ code: "SERVER_DRAINING" });
  });

  it("tells of defects, and not to the client", async () => {
    const model = await loadModel("models/iris.onnx");
    const failures: unknown[] = [];
    const handler = await handlerOf({ models: model, onError: (error, requestId) => failures.push([String(error), requestId]) });
    Object.defineProperty(model.engine.kernel, "run", {
      value: () => {
        throw new Error("broken");
      },
    });
    const response = await handler(post("/predict", row, { headers: { "content-type": "application/json", "x-request-id": "r1" } }));
    expect([response.status, response.headers.get("x-request-id"), await code(response)]).toEqual([500, "r1", "INTERNAL"]);
    expect(failures).toEqual([["Error: broken", "r1"]]);
  });
});

describe("bodies and answers in pieces", () => {
  const header = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n";
  const block = new TextEncoder().encode("5.1,3.5,1.4,0.2\n".repeat(4000));

  /** CSV without an end, and how much of it was asked for. */
  function endless() {
    const state = { sent: 0, cancelled: false };
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(header)),
      pull: (controller) => {
        state.sent += block.length;
        controller.enqueue(block.slice());
      },
      cancel: () => {
        state.cancelled = true;
      },
    });
    return { state, body };
  }
  const stream = (body: ReadableStream, signal?: AbortSignal) =>
    new Request("http://localhost/predict", {
      method: "POST",
      headers: { "content-type": "text/csv", accept: "text/csv" },
      body,
      duplex: "half",
      ...(signal === undefined ? {} : { signal }),
    } as RequestInit);

  it("end when the client reads no more", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx" });
    const { state, body } = endless();
    const response = await handler(stream(body));
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    await expect.poll(() => state.cancelled).toBe(true);
  });

  it("end when the request is aborted", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx" });
    const { state, body } = endless();
    const gone = new AbortController();
    const response = await handler(stream(body, gone.signal));
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    await expect.poll(() => state.cancelled).toBe(true);
    // What had been written may still come, and then the answer is broken off.
    await expect(
      (async () => {
        for (;;) if ((await reader?.read())?.done !== false) return;
      })(),
    ).rejects.toThrow();
  });

  it("are held up by a client that does not read", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx", limits: { streamBytes: 2 ** 22 } });
    const { state, body } = endless();
    const response = await handler(stream(body));
    // The limit ends it, and the client sees that the answer has no end.
    await expect(response.text()).rejects.toThrow();
    expect(state.sent).toBeLessThan(2 ** 23);
  });

  it("are refused before much of them is read", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx", limits: { bodyBytes: 200_000 } });
    const { state, body } = endless();
    const request = new Request("http://localhost/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    const response = await handler(request);
    expect([response.status, await code(response)]).toEqual([413, "BODY_TOO_LARGE"]);
    expect(state.sent).toBeLessThan(500_000);
    await expect.poll(() => state.cancelled).toBe(true);
  });

  it("of a client that has gone are read no more", async () => {
    const handler = await handlerOf({ models: "models/iris.onnx" });
    const gone = new AbortController();
    const never = new ReadableStream({ pull: () => new Promise(() => {}) });
    const request = new Request("http://localhost/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: never,
      duplex: "half",
      signal: gone.signal,
    } as RequestInit);
    const answered = handler(request);
    gone.abort();
    expect((await answered).status).toBe(499);
  });
});
