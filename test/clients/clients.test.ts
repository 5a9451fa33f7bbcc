import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { startServer, type TestServer } from "../e2e/server.ts";
import { type Client, clients, runClient } from "./client.ts";
import { calledRoutes, record, recordedRoutes } from "./recorded-routes.ts";

/** Other people's clients, unmodified, against the real command; `CLIENTS=all` runs those too that .ci/run leaves out. */

const chosen = clients.filter(({ step }) => step === ".ci/run" || process.env.CLIENTS === "all");

/** The example models, and the networks with fixtures beside them. */
const models = mkdtempSync(join(tmpdir(), "setosa-clients-"));
cpSync(join(root, "models"), models, { recursive: true });
for (const file of readdirSync(join(root, "test/fixtures/deep"))) {
  const name = /^(.*)\.json$/.exec(file)?.[1];
  if (name !== undefined) cpSync(join(root, `test/fixtures/deep/${name}.onnx`), join(models, `${name}.onnx`));
}
afterAll(() => rmSync(models, { recursive: true }));

const options = [models, "--default", "iris", "--grpc-port", "0"];

async function ask(client: Client, server: TestServer, control: boolean): Promise<void> {
  const [, port = ""] = await server.running.waitFor(/grpc.*?localhost:(\d+)/i);
  await runClient(client, {
    SETOSA_HTTP: `127.0.0.1:${server.port}`,
    SETOSA_GRPC: `127.0.0.1:${port}`,
    SETOSA_CONTROL: control ? "yes" : "no",
  });
}

async function stop({ running }: TestServer): Promise<void> {
  const status = await running.stop();
  if (status !== 0) throw new Error(`the server ended with ${status}:\n${running.errors()}`);
}

// Clients may load and unload models. Each has a server of its own, so that its log tells what this client calls.
describe.each(runtimes)("a server on %s", (runtime) => {
  it.each(chosen)("answers $client $version: $suite", async (client) => {
    const server = await startServer(runtime, [...options, "--model-control", "--access-log", "--log-format", "json"]);
    try {
      await ask(client, server, true);
    } finally {
      await stop(server);
    }
    const called = calledRoutes(server.running.errors());
    if (process.env.RECORD === "1") record(client.client, called);
    expect(called).toEqual(recordedRoutes()[client.client]);
  });
});

describe.each(runtimes)("a server on %s with 2 workers", (runtime) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(runtime, [...options, "--workers", "2"]);
  });
  afterAll(() => stop(server));

  it.each(chosen.filter(({ workers }) => workers))("answers $client $version: $suite", (client) => ask(client, server, false));
});
