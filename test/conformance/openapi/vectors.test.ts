import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keys } from "../protocols/keys.ts";
import { callOf, send } from "../protocols/send.ts";
import { type ConformanceServer, type ServerKind, startConformanceServer } from "../protocols/servers.ts";
import type { HttpVector } from "../protocols/vector.ts";
import { vectorFiles } from "../protocols/vectors/index.ts";
import { ApiDocument } from "./api-document.ts";

vi.setConfig({ hookTimeout: 60_000 });

/** What protocols are held to is what the document has to say of them: their vectors, sent once more. */
const kinds: readonly ServerKind[] = [
  { runtime: "bun", platform: "none", name: "open", workers: 1 },
  { runtime: "node", platform: "none", name: "guarded", workers: 1 },
  { runtime: "node", platform: "sagemaker", name: "open", workers: 1 },
  { runtime: "bun", platform: "multi-model", name: "guarded", workers: 1 },
  { runtime: "bun", platform: "vertex", name: "open", workers: 1 },
];

const running = new Map<ServerKind, { readonly server: ConformanceServer; readonly document: ApiDocument }>();
beforeAll(async () => {
  await Promise.all(
    kinds.map(async (kind) => {
      const server = await startConformanceServer(kind);
      running.set(kind, { server, document: await ApiDocument.of(server.server.url, authorization(kind)) });
    }),
  );
});
afterAll(async () => {
  await Promise.all([...running.values()].map(({ server }) => server.stop()));
});

/** Statuses of what is no operation of the document: a path, a method, a label that nothing has, and what is not implemented. */
const refused = [400, 404, 405, 501];

function authorization({ name }: ServerKind): Record<string, string> {
  return name === "guarded" ? { authorization: `Bearer ${keys.all}` } : {};
}

describe.each(kinds)("the document of the $name server on platform $platform, on $runtime", (kind) => {
  const vectors = vectorFiles
    .filter(({ platform }) => platform === kind.platform)
    .flatMap((file) => file.vectors.filter((vector): vector is HttpVector => "request" in vector))
    .filter(({ on = "open", crowd }) => on === kind.name && crowd !== true)
    .map((vector) => ({ vector, title: `${vector.request.method ?? ""} ${vector.request.path}: ${vector.name}` }));

  it.each(vectors)("has $title", async ({ vector }) => {
    const { server, document: first } = running.get(kind) ?? expect.fail("the server has not started");
    // There models come and go with the requests.
    const document = kind.platform === "multi-model" ? await ApiDocument.of(server.server.url, authorization(kind)) : first;
    const call = callOf(vector, server.folder);
    const answer = await send(server.server.port, call);
    const [path = ""] = call.path.split("?");
    const found = document.find(call.method, path);
    if (found === undefined) return expect(refused).toContain(answer.status);
    const type = answer.headers["content-type"];
    const text = type?.startsWith("application/json") === true ? finite(Buffer.from(answer.body).toString()) : "binary";
    expect(document.checkAnswer(found, answer.status, type, text)).toEqual([]);
    const { body } = vector.request;
    if (answer.status !== 200 || body === undefined || !("json" in body) || "tail" in body) return;
    // What the server takes, the document has to take.
    expect(document.checkBody(found, "application/json", body.json) ?? []).toEqual([]);
  });
});

/** TensorFlow Serving's and MLflow's clients read and get NaN and infinities as bare tokens, which are no JSON. */
function finite(text: string): string {
  return text.replace(/(?<=[[,:] ?)-?(?:NaN|Infinity)/g, "null");
}
