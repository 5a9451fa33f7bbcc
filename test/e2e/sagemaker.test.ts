import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes, startSetosa } from "./process.ts";
import { sharedServer, startServer } from "./server.ts";

const base = mkdtempSync(join(tmpdir(), "setosa-sagemaker-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** `/opt/ml` of a container of its own, with a model in it. */
function container(name: string, model = "model"): string {
  const folder = join(base, name);
  mkdirSync(join(folder, model), { recursive: true });
  cpSync(`${root}models/iris.onnx`, join(folder, model, "iris.onnx"));
  return folder;
}

const columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const data = [
  [5.1, 3.5, 1.4, 0.2],
  [6.3, 3.3, 6.0, 2.5],
];
const csv = "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n";
const labels = ["Iris-Setosa", "Iris-Virginica"];
const csvType = { "content-type": "text/csv" };
const jsonType = { "content-type": "application/json" };

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each(runtimes)("SageMaker's container on %s", (runtime) => {
  // The only argument is `serve`: the model is where SageMaker puts it.
  const server = sharedServer(runtime, [], { SAGEMAKER_BASE_DIR: container(`one-${runtime}`) });
  const invoke = (body: unknown, headers: Record<string, string> = jsonType) => server().post("/invocations", body, headers);

  it("listens to all networks, and is healthy", async () => {
    expect(server().running.output()).not.toContain("this machine only");
    const ping = await fetch(`${server().url}/ping`);
    expect(ping.status).toBe(200);
    expect(await (await fetch(`${server().url}/version`)).text()).toMatch(/^3\./);
  });

  it("answers CSV without a header, as JSON and as CSV", async () => {
    expect(await (await invoke(csv, csvType)).json()).toEqual({ predictions: labels });
    const answer = await invoke(csv, { ...csvType, accept: "text/csv" });
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(await answer.text()).toBe("Iris-Setosa\nIris-Virginica\n");
    expect(await (await invoke(csv, { ...csvType, accept: "*/*" })).json()).toEqual({ predictions: labels });
    expect(await (await invoke(csv, { ...csvType, accept: "image/png, text/csv;q=0.5" })).text()).toBe("Iris-Setosa\nIris-Virginica\n");
  });

  it("takes a first line of names for a header", async () => {
    const reversed = [columns.toReversed(), ...data.map((row) => row.toReversed())].map((row) => row.join(",")).join("\n");
    expect(await (await invoke(reversed, csvType)).json()).toEqual({ predictions: labels });
    expect(await (await invoke(reversed, { "content-type": "text/csv; header=present" })).json()).toEqual({ predictions: labels });
    const absent = await invoke(reversed, { "content-type": "text/csv; header=absent" });
    expect(absent.status).toBe(400);
    expect(await absent.json()).toMatchObject({ error: { code: "FEATURE_TYPE_INVALID", path: 'line 1, column 1 ("sepal length (cm)")' } });
  });

  it.each([
    ["a list of rows", data, labels],
    ["one row", data[0], labels.slice(0, 1)],
    ["rows by name", data.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))), labels],
    ["instances", { instances: data }, { predictions: labels }],
    ["MLflow's data frames", { dataframe_split: { columns, data } }, { predictions: labels }],
    [
      "MLflow's columns",
      { inputs: Object.fromEntries(columns.map((name, index) => [name, data.map((row) => row[index])])) },
      { predictions: labels },
    ],
    ["one object", Object.fromEntries(columns.map((name, index) => [name, data[0]?.[index]])), { predictions: labels.slice(0, 1) }],
  ])("answers %s of JSON", async (_, body, expected) => {
    const answer = await invoke(body);
    expect(await answer.json()).toEqual(expected);
    expect(answer.status).toBe(200);
  });

  it("hands attributes back, and reads the method from them", async () => {
    const attributes = "trace=7,predict_method=predict_proba";
    const answer = await invoke(csv, { ...csvType, accept: "text/csv", "x-amzn-sagemaker-custom-attributes": attributes });
    expect(answer.headers.get("x-amzn-sagemaker-custom-attributes")).toBe(attributes);
    const { predictions } = (await (await server().post("/predict", data)).json()) as { predictions: { probabilities: object }[] };
    const lines = predictions.map(({ probabilities }) => Object.values(probabilities).join(","));
    expect(await answer.text()).toBe(`${lines.join("\n")}\n`);
    const unknown = await invoke(csv, { ...csvType, "x-amzn-sagemaker-custom-attributes": "predict_method=score" });
    expect(await unknown.json()).toMatchObject({ error: { code: "ARGUMENT_INVALID", path: "X-Amzn-SageMaker-Custom-Attributes" } });
  });

  it.each([
    ["another content type", csv, { "content-type": "application/x-npy" }, 415, "Content-Type"],
    ["another Accept", csv, { ...csvType, accept: "application/x-npy" }, 415, "Accept"],
    ["a number", 5, jsonType, 400, undefined],
    ["no rows", [], jsonType, 400, ""],
  ])("refuses %s", async (_, body, headers, status, path) => {
    const answer = await invoke(typeof body === "number" ? String(body) : body, headers);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { error: { path?: string } }).error.path).toBe(path);
  });

  it("answers many rows as it answers few", async () => {
    const answer = await invoke(csv.repeat(3000), { ...csvType, accept: "text/csv" });
    expect(await answer.text()).toBe("Iris-Setosa\nIris-Virginica\n".repeat(3000));
  });

  it("binds to the port that it is told, and finishes what is under way before SageMaker kills it", async () => {
    const port = await freePort();
    const environment = { SAGEMAKER_BIND_TO_PORT: String(port), SAGEMAKER_SAFE_PORT_RANGE: "9000-9100" };
    const running = startSetosa(["serve", `${root}models/iris.onnx`, "--runtime", runtime], environment);
    await running.waitFor(new RegExp(`Listening on http://localhost:${port}`));
    const head = `POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: ${csv.length}\r\n\r\n`;
    const socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1");
    let received = "";
    const ended = once(socket, "end");
    socket.on("data", (text: string) => {
      received += text;
      // The half of a request that came with the ping is there when the ping is answered.
      if (received.endsWith("\r\n\r\n\n")) running.child.kill("SIGTERM");
    });
    socket.write(`GET /ping HTTP/1.1\r\nHost: a\r\n\r\n${head}${csv.slice(0, 5)}`);
    await running.waitFor(/finishing the requests under way/, "errors");
    socket.write(csv.slice(5));
    await ended;
    expect(received).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 200 /);
    expect(received).toContain('{"predictions":["Iris-Setosa","Iris-Virginica"]}');
    expect(await running.ended()).toBe(0);
  });

  it.each([
    [{ SAGEMAKER_BIND_TO_PORT: "http" }, [], "SAGEMAKER_BIND_TO_PORT is"],
    [
      { SAGEMAKER_BIND_TO_PORT: "8080", SAGEMAKER_SAFE_PORT_RANGE: "9000-9100" },
      ["--admin-port", "9200"],
      "leaves this container the ports 9000-9100",
    ],
    [{ SAGEMAKER_MULTI_MODEL: "true" }, ["--workers", "2"], "--workers"],
  ])("refuses %j with %j", async (environment, args, message) => {
    const running = startSetosa(["serve", ...args, "--runtime", runtime], environment);
    expect(await running.ended()).toBe(2);
    expect(running.errors()).toContain(message);
  });
});

describe.each(runtimes)("SageMaker's container for several models on %s", (runtime) => {
  const folder = join(base, `many-${runtime}`);
  const server = sharedServer(runtime, [], { SAGEMAKER_BASE_DIR: folder, SAGEMAKER_MULTI_MODEL: "true" });
  const urlOf = (name: string) => `${folder}/models/${name}/model`;
  const load = (name: string, url = urlOf(name)) => server().post("/models", { model_name: name, url });
  const statusOf = async (answer: Promise<Response>) => (await answer).status;
  const remove = (name: string) => fetch(`${server().url}/models/${name}`, { method: "DELETE" });

  it("begins with none, and is healthy", async () => {
    expect(await (await fetch(`${server().url}/models`)).json()).toEqual({ models: [] });
    expect((await fetch(`${server().url}/ping`)).status).toBe(200);
    expect(await statusOf(server().post("/models/a1/invoke", csv, csvType))).toBe(404);
    expect(await statusOf(remove("a1"))).toBe(404);
  });

  it("loads, lists, asks and unloads a model, again and again", async () => {
    container(`many-${runtime}`, "models/a1/model");
    const entry = { modelName: "a1", modelUrl: urlOf("a1") };
    for (let round = 0; round < 3; round++) {
      const loaded = await load("a1");
      expect([loaded.status, await loaded.json()]).toEqual([200, entry]);
      expect(await statusOf(load("a1"))).toBe(409);
      expect(await (await fetch(`${server().url}/models`)).json()).toEqual({ models: [entry] });
      expect(await (await fetch(`${server().url}/models/a1`)).json()).toEqual(entry);
      const headers = { ...csvType, "x-amzn-sagemaker-target-model": "iris.tar.gz" };
      expect(await (await server().post("/models/a1/invoke", csv, headers)).json()).toEqual({ predictions: labels });
      expect(await statusOf(remove("a1"))).toBe(200);
      expect(await statusOf(server().post("/models/a1/invoke", csv, csvType))).toBe(404);
      expect(await (await fetch(`${server().url}/models`)).json()).toEqual({ models: [] });
    }
  });

  it("leaves a folder alone until it is asked for it", async () => {
    container(`many-${runtime}`, "models/a2/model");
    container(`many-${runtime}`, "models/a3/model");
    expect(await statusOf(load("a2"))).toBe(200);
    expect(await (await fetch(`${server().url}/models`)).json()).toEqual({ models: [{ modelName: "a2", modelUrl: urlOf("a2") }] });
  });

  it.each([
    ["outside of the root", "b1", "/etc"],
    ["beside the model", "b1", "ROOT/models/a1/model"],
    ["up and down", "b1", "ROOT/models/b1/../a1/model"],
    ["below the folder", "b1", "ROOT/models/b1/model/deeper"],
    ["a name that leads away", "../a1", "ROOT/models/../a1/model"],
    ["a name with a slash", "a/b", "ROOT/models/a/b/model"],
    ["a hidden name", ".b1", "ROOT/models/.b1/model"],
    ["a scheme", "b1", "s3://bucket/b1"],
    ["a longer name", "b1", "ROOT/models/b12/model"],
  ])("refuses a url %s", async (_, name, url) => {
    const answer = await load(name, url.replace("ROOT", folder));
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "ARGUMENT_INVALID", path: "url" } }]);
  });

  it("follows no link out of the root", async () => {
    mkdirSync(`${folder}/models/c1`, { recursive: true });
    symlinkSync(`${root}models`, urlOf("c1"));
    const answer = await load("c1");
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).toContain("is a link that leads out");
    expect(await statusOf(server().post("/models/c1/invoke", csv, csvType))).toBe(404);
  });

  it("says what is wrong with a model or a body", async () => {
    expect(await statusOf(load("d1"))).toBe(404);
    mkdirSync(urlOf("d2"), { recursive: true });
    writeFileSync(join(urlOf("d2"), "m.onnx"), "no model");
    const broken = await load("d2");
    expect(broken.status).toBe(500);
    expect(await broken.text()).toMatch(/MODEL_(FILE_INVALID|FORMAT_UNKNOWN)/);
    for (const body of ["[]", "{}", '{"model_name":"d1"}', '{"model_name":1,"url":2}', "null"])
      expect(await statusOf(server().post("/models", body, jsonType))).toBe(400);
  });
});

describe("--platform", () => {
  it("names the platform where the environment does not, and none where it does", async () => {
    const named = await startServer("node", [`${root}models/iris.onnx`, "--platform", "sagemaker"]);
    expect(await (await named.post("/invocations", csv, csvType)).json()).toEqual({ predictions: labels });
    await named.running.stop();
    const none = await startServer("node", [`${root}models/iris.onnx`, "--platform", "none"], { SAGEMAKER_BIND_TO_PORT: "1" });
    // MLflow's CSV begins with names.
    expect((await none.post("/invocations", csv, csvType)).status).toBe(400);
    await none.running.stop();
  });
});
