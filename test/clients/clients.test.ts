import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { startServer, type TestServer } from "../e2e/server.ts";
import { clients, runClient } from "./client.ts";

/** Other people's clients, unmodified, against the real command; `CLIENTS=all` runs those too that .ci/run leaves out. */

const chosen = clients.filter(({ step }) => step === ".ci/run" || process.env.CLIENTS === "all");
const deployments = [1, 2].flatMap((workers) => runtimes.map((runtime) => ({ runtime, workers })));

/** The example models, and the networks with fixtures beside them. */
const models = mkdtempSync(join(tmpdir(), "setosa-clients-"));
cpSync(join(root, "models"), models, { recursive: true });
for (const file of readdirSync(join(root, "test/fixtures/deep"))) {
  const name = /^(.*)\.json$/.exec(file)?.[1];
  if (name !== undefined) cpSync(join(root, `test/fixtures/deep/${name}.onnx`), join(models, `${name}.onnx`));
}
afterAll(() => rmSync(models, { recursive: true }));

describe.each(deployments)("a server on $runtime with $workers workers", ({ runtime, workers }) => {
  // One of the two lets clients load and unload models.
  const control = workers === 1;
  let server: TestServer;
  let grpc = "";
  beforeAll(async () => {
    const options = ["--default", "iris", "--grpc-port", "0", "--workers", String(workers)];
    server = await startServer(runtime, [models, ...options, ...(control ? ["--model-control"] : [])]);
    const [, port = ""] = await server.running.waitFor(/gRPC.*:(\d+)/);
    grpc = `127.0.0.1:${port}`;
  });
  afterAll(async () => {
    const status = await server.running.stop();
    if (status !== 0) throw new Error(`the server ended with ${status}:\n${server.running.errors()}`);
  });

  it.each(chosen.filter((client) => workers === 1 || client.workers))("answers $client $version: $suite", async (client) => {
    await runClient(client, {
      SETOSA_HTTP: `127.0.0.1:${server.port}`,
      SETOSA_GRPC: grpc,
      SETOSA_CONTROL: control ? "yes" : "no",
    });
  });
});
