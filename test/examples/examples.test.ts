import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { bunBinary, type Running, root, start } from "../e2e/process.ts";

/** How each app is started, in its folder. */
const apps = [
  { name: "express", command: [process.execPath, "dist/server.js"] },
  { name: "fastify", command: [process.execPath, "dist/server.js"] },
  { name: "hono", command: [process.execPath, "dist/server.js"] },
  { name: "hono", on: "Bun", command: [bunBinary() ?? "bun", "src/bun.ts"] },
  { name: "nextjs", command: [process.execPath, "node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1"] },
  { name: "workers", command: [process.execPath, "start.js"] },
] as const;

const row = { "sepal length (cm)": 6.3, "sepal width (cm)": 3.3, "petal length (cm)": 6.0, "petal width (cm)": 2.5 };
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** One that is free now: Next.js takes no 0. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

describe.each(apps)("examples/$name", ({ name, command: [program, ...args] }) => {
  let app: Running;
  let url = "";
  beforeAll(async () => {
    url = `http://127.0.0.1:${await freePort()}`;
    const script = `cd ${JSON.stringify(join(root, "examples", name))} && exec "$@"`;
    app = start("sh", ["-c", script, "sh", program, ...args], { PORT: url.slice(url.lastIndexOf(":") + 1), NEXT_TELEMETRY_DISABLED: "1" });
    // Next.js names its address before it listens.
    await app.waitFor(name === "nextjs" ? /Ready in/ : /http:\/\/127/);
  });
  afterAll(async () => {
    const status = await app.stop();
    // Next.js and Miniflare end by the signal itself.
    const usual = name === "nextjs" || name === "workers" ? [0, 143, null] : [0];
    if (!usual.includes(status)) throw new Error(`${name} ended with ${status}:\n${app.errors()}`);
  });

  it("answers under /ml as the server does", async () => {
    expect(await (await fetch(`${url}/ml/predict`)).text()).toBe("Prediction: Iris-Setosa\n");
    const answer = await (await fetch(`${url}/ml/models/iris/predict`, json(row))).json();
    expect(answer).toMatchObject({ model: "iris", prediction: "Iris-Virginica" });
    const tensors = { inputs: [{ name: "X", datatype: "FP32", shape: [1, 4], data: Object.values(row) }] };
    expect((await fetch(`${url}/ml/v2/models/iris/infer`, json(tensors))).status).toBe(200);
  });

  it("is a server to setosa/client", async () => {
    const client = createClient(`${url}/ml`);
    const { predictions } = await client.predictMany("iris", [[5.1, 3.5, 1.4, 0.2], row]);
    expect(predictions.map(({ prediction }) => prediction)).toEqual(["Iris-Setosa", "Iris-Virginica"]);
    await expect(client.predict("iris", [1, 2, 3])).rejects.toMatchObject({ code: "ROW_WIDTH_INVALID", status: 400 });
    await expect(client.predict("irsi", row)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", status: 404 });
  });

  it("takes tables, in pieces", async () => {
    const csv = `${Object.keys(row).join(",")}\n${"6.3,3.3,6.0,2.5\n".repeat(20_000)}`;
    const headers = { "content-type": "text/csv", accept: "text/csv" };
    const answer = await fetch(`${url}/ml/predict`, { method: "POST", headers, body: csv });
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect((await answer.text()).trimEnd().split("\n")).toHaveLength(20_001);
  });

  it.skipIf(name === "workers")("predicts in a route of its own, and explains what is wrong", async () => {
    const body = name === "express" ? { sepal: [6.3, 3.3], petal: [6.0, 2.5] } : row;
    expect(await (await fetch(`${url}/flowers`, json(body))).json()).toMatchObject({ flower: "Iris-Virginica" });
    const wrong = name === "express" ? { sepal: [6.3, 3.3], petal: [6.0, "2.5"] } : { ...row, "petal width (cm)": "2.5" };
    const refused = await fetch(`${url}/flowers`, json(wrong));
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ code: "FEATURE_TYPE_INVALID" })]);
  });

  it("leaves everything else to the app", async () => {
    const response = await fetch(url);
    if (name === "nextjs") expect(await response.text()).toMatch(/The flower is (<!-- -->)?Iris-Setosa/);
    else if (name === "workers") expect(await response.json()).toMatchObject({ flower: "Iris-Setosa" });
    else expect(response.status).toBe(404);
  });

  it("has the model that is in models/", () => {
    expect(readFileSync(join(root, "examples", name, "models/iris.onnx"))).toEqual(readFileSync(join(root, "models/iris.onnx")));
  });
});
