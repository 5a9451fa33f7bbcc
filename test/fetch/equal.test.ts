import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHandler, type Handler } from "../../src/fetch/index.ts";
import { runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { type Asked, requests } from "./requests.ts";

const files = ["models/iris.onnx", "models/loans.onnx"];
const limits = { bodyBytes: 200_000, rows: 5000 };
let handler: Handler;
beforeAll(async () => {
  handler = await createHandler({ models: files, limits });
});
afterAll(() => handler.close());

/** What of an answer is the protocol's, and not of a connection. Loading takes its time each time. */
async function seen(response: Response) {
  const bytes = Buffer.from(await response.arrayBuffer());
  const names = ["content-type", "allow", "retry-after", "vary", "x-content-type-options", "inference-header-content-length"];
  return {
    status: response.status,
    headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    body: bytes
      .toString("latin1")
      .replace(/"loadMilliseconds":[\d.]+/g, '"loadMilliseconds":0')
      .replace(/ and \d+ more\./, " and others."),
  };
}

/** What the page, its visitors and operators ask a server for. */
const ofServers = /\/(history|kernel\.(js|wasm)|openapi\.json|docs)$/;

const init = ({ method, headers, body }: Asked): RequestInit => ({
  method,
  // Answers of the server are compressed for clients that take it; those of a handler by whatever it runs in.
  headers: { "accept-encoding": "identity", ...headers },
  ...(body === undefined ? {} : { body }),
});

describe.each(runtimes)("a handler and the server on %s", (runtime) => {
  const server = sharedServer(runtime, [
    ...files,
    ...["--max-body-bytes", "200000", "--max-rows", "5000", "--no-monitoring", "--no-metrics"],
  ]);

  it.each(Object.entries(requests))("answer alike: %s", async (_, asked) => {
    const [served, handled] = [
      await fetch(`${server().url}${asked.path}`, init(asked)),
      await handler(new Request(`http://localhost${asked.path}`, init(asked))),
    ];
    expect(await seen(handled)).toEqual(await seen(served));
  });

  it("list the same routes, but for what is the server's own", async () => {
    const paths = async (response: Response) => ((await response.json()) as { routes: { path: string }[] }).routes.map(({ path }) => path);
    const accept = { headers: { accept: "application/json" } };
    const served = await paths(await fetch(server().url, accept));
    expect(await paths(await handler(new Request("http://localhost/", accept)))).toEqual(served.filter((path) => !ofServers.test(path)));
  });
});

it("covers errors as well as answers", () => {
  expect(Object.keys(requests).length).toBeGreaterThan(40);
});
