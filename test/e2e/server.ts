import { afterAll, beforeAll } from "vitest";
import { type Running, type Runtime, startSetosa } from "./process.ts";

/** A server that a suite shares: the real command line, on a free port. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly running: Running;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Starts `setosa serve` and waits until it says where it listens. */
export async function startServer(runtime: Runtime, args: readonly string[], environment?: Record<string, string>): Promise<TestServer> {
  const running = startSetosa(["serve", ...args, "--port", "0", "--runtime", runtime], environment);
  const [, port = ""] = await running.waitFor(/Listening on http:\/\/localhost:(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port: Number(port),
    running,
    post: (path, body, headers = { "content-type": "application/json" }) =>
      fetch(`${url}${path}`, {
        method: "POST",
        body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
        headers,
      }),
  };
}

/** One server for all tests of a describe block; it has to be alive at the end, and to end when it is asked. */
export function sharedServer(runtime: Runtime, args: readonly string[], environment?: Record<string, string>): () => TestServer {
  let server: TestServer | undefined;
  beforeAll(async () => {
    server = await startServer(runtime, args, environment);
  });
  afterAll(async () => {
    if (server === undefined) return;
    const live = await fetch(`${server.url}/health/live`);
    if (live.status !== 200) throw new Error(`the server did not survive its suite: ${live.status}`);
    const status = await server.running.stop();
    if (status !== 0) throw new Error(`the server ended with ${status}:\n${server.running.errors()}`);
  });
  return () => {
    if (server === undefined) throw new Error("the server has not started");
    return server;
  };
}
