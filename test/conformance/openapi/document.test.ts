import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { root, runtimes } from "../../e2e/process.ts";
import { sharedServer } from "../../e2e/server.ts";
import { keyFile, keys } from "../protocols/keys.ts";
import { ApiDocument, type FoundOperation } from "./api-document.ts";
import { hostileModel, hostileNames } from "./hostile-model.ts";

// Hundreds of requests, one after the other.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "setosa-openapi-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keyPath = join(folder, "keys.jsonl");
writeFileSync(keyPath, keyFile, { mode: 0o600 });
const hostile = join(folder, "hostile.onnx");
writeFileSync(hostile, hostileModel("constructor"));

interface Listed {
  readonly path: string;
  readonly methods: readonly string[];
}

describe.each(runtimes)("the document of all example models on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models`, hostile, "--default", "iris", "--model-control"]);
  let document: ApiDocument;
  beforeAll(async () => {
    document = await ApiDocument.of(server().url);
  });

  it("has every route that the server lists, and no other", async () => {
    const { routes } = (await (await fetch(`${server().url}/`, { headers: { accept: "application/json" } })).json()) as {
      routes: readonly Listed[];
    };
    expect(routes.length).toBeGreaterThan(60);
    const absent = routes.flatMap(({ path, methods }) =>
      methods.filter((method) => document.find(method, path) === undefined).map((method) => `${method} ${path}`),
    );
    expect(absent).toEqual([]);
  });

  it("has no method and no path that the server does not answer", async () => {
    const wrong: string[] = [];
    for (const [path, item] of Object.entries(document.openapi.paths)) {
      const own = Object.keys(item)
        .filter((key) => key !== "parameters")
        .map((method) => method.toUpperCase());
      for (const expanded of document.expand(path)) {
        const answer = await fetch(server().url + expanded, { method: "OPTIONS" });
        // A version that one model has and another has not.
        if (answer.status === 404 && path.includes("{version}")) continue;
        const allowed = (answer.headers.get("allow") ?? "").split(", ").filter((method) => method !== "HEAD" && method !== "OPTIONS");
        // What is loaded by any name says so itself.
        if (allowed.join() !== own.join()) wrong.push(`${expanded}: ${allowed.join()} instead of ${own.join()} (${answer.status})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("has names for operations that are different, and identifiers", () => {
    const ids = document.operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9_]*$/.test(id))).toEqual([]);
    expect(ids).toEqual(
      expect.arrayContaining(["predict", "predictIris", "predictIrisFromQuery", "predictIrisVersion1", "predictConstructor"]),
    );
  });

  it("has examples that the server and the schemas take, and answers that the schemas take", async () => {
    let sent = 0;
    for (const found of document.operations) {
      for (const [type, { examples = {} }] of Object.entries(found.operation.requestBody?.content ?? {})) {
        for (const [name, { value }] of Object.entries(examples)) {
          if (type === "application/json")
            expect([found.path, name, document.checkBody(found, type, value)]).toEqual([found.path, name, []]);
          const path = placed(found, name);
          const body = type === "application/json" ? JSON.stringify(value) : String(value);
          const answer = await fetch(server().url + path, { method: "POST", headers: { "content-type": type }, body });
          const text = await answer.text();
          // Of an explanation the model may be none that has one.
          expect([path, name, found.path.endsWith("/explain") ? [200, 422] : [200]]).toEqual([
            path,
            name,
            expect.arrayContaining([answer.status]),
          ]);
          if (answer.headers.get("content-type") === "application/json")
            expect([path, text, document.checkAnswer(found, answer.status, "application/json", text)]).toEqual([path, text, []]);
          sent++;
        }
      }
    }
    expect(sent).toBeGreaterThan(100);
  });

  it("has examples of queries that are answered", async () => {
    for (const found of document.operations.filter(({ operation }) => operation.operationId.endsWith("FromQuery"))) {
      const query = new URLSearchParams();
      for (const { name, in: where, example } of found.operation.parameters ?? [])
        if (where === "query") query.append(name, String(example));
      const answer = await fetch(`${server().url}${found.path}?${query}`, { headers: { accept: "application/json" } });
      const text = await answer.text();
      expect([found.path, text, answer.status]).toEqual([found.path, text, 200]);
      expect(document.checkAnswer(found, 200, "application/json", text)).toEqual([]);
    }
  });

  it("has the names of a hostile model as they are", () => {
    const row = document.openapi.components.schemas.ConstructorRow as { properties: object; required: readonly string[] };
    expect([...row.required].sort()).toEqual([...hostileNames].sort());
    expect(Object.keys(row.properties).sort()).toEqual([...hostileNames].sort());
    const answer = document.openapi.components.schemas.ConstructorAnswer as { properties: { prediction: { enum: unknown } } };
    expect(answer.properties.prediction.enum).toEqual(["constructor", "a/b\"'"]);
  });

  it("follows what is loaded, and says by its ETag whether it has changed", async () => {
    const ask = (etag = "") => fetch(`${server().url}/openapi.json`, { headers: { "if-none-match": etag } });
    const post = async (path: string) => expect((await server().post(path, {})).status).toBe(200);
    const first = await ask();
    const etag = first.headers.get("etag") ?? "";
    expect(Object.keys(((await first.json()) as ApiDocument["openapi"]).paths)).toContain("/models/wine/predict");
    expect((await ask(etag)).status).toBe(304);
    await post("/v2/repository/models/wine/unload");
    const without = await ask(etag);
    expect(without.status).toBe(200);
    expect(await without.text()).not.toContain("wine");
    await post("/v2/repository/models/wine/load");
    const again = await ask(without.headers.get("etag") ?? "");
    expect(Object.keys(((await again.json()) as ApiDocument["openapi"]).paths)).toContain("/models/wine/predict");
  });
});

/** The path of a request with this example: of several models each has its own, called by its name. */
function placed({ path, operation }: FoundOperation, example: string): string {
  if (!path.includes("{")) return path;
  expect(operation.operationId).toMatch(/^(openInference|tfServing)/);
  const [, model = example, version = ""] = path.includes("{version}") ? (/^(.*?)-(1|1\.0-beta)$/.exec(example) ?? []) : [];
  return path.replace("{model}", model).replace("{version}", version).replace("{label}", "stable");
}

describe.each(runtimes)("the documents of a server with API keys on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models/wine.onnx`, `${root}models/iris.onnx`, "--api-keys", keyPath]);
  const ask = (key?: string) =>
    fetch(`${server().url}/openapi.json`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });

  it("are for those who have a key", async () => {
    expect((await ask()).status).toBe(401);
    expect((await ask(keys.unknown)).status).toBe(401);
  });

  it("show a key no model but its own", async () => {
    const all = await (await ask(keys.all)).text();
    expect(all).toContain("/models/wine/predict");
    const some = await ask(keys.otherModel);
    expect(some.headers.get("cache-control")).toContain("private");
    const text = await some.text();
    expect(text).not.toMatch(/wine/i);
    const document = new ApiDocument(JSON.parse(text));
    // The default model is not the key's.
    expect(document.find("POST", "/predict")).toBeUndefined();
    expect(document.find("POST", "/models/iris/predict")?.operation.operationId).toBe("predictIris");
  });

  it("say where no key is asked for", async () => {
    const document = new ApiDocument((await (await ask(keys.all)).json()) as ApiDocument["openapi"]);
    expect(document.find("GET", "/health/ready")?.operation.security).toEqual([]);
    expect(document.find("POST", "/predict")?.operation.security).toBeUndefined();
    for (const found of document.operations.filter(({ path }) => !path.includes("{"))) {
      if (found.method !== "get") continue;
      const { status } = await fetch(server().url + found.path, { headers: { accept: "*/*" } });
      const open = found.operation.security !== undefined;
      expect([found.path, status === 401]).toEqual([found.path, !open]);
    }
  });
});
