import { createInterface } from "node:readline";
import { loadGrpc } from "./grpc-load.ts";
import { loadHttp } from "./http-load.ts";

/** Sends what it is told to, a line of JSON for each load, and says how long that took. A process of its own: it has a core of its own. */

export interface Job {
  readonly transport: "http" | "gRPC";
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64 */
  readonly body: string | undefined;
  readonly expected: string;
  readonly count: number;
  readonly connections: number;
}

export type Done = { readonly seconds: number } | { readonly error: string };

/** Requests that are under way at a time. */
export const atOnce = 16;

if (process.argv[1]?.endsWith("client.ts") === true)
  for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await work(JSON.parse(line) as Job)));

async function work({ transport, port, path, headers, body, expected, count, connections }: Job): Promise<Done> {
  const wanted = Buffer.from(expected, "base64");
  const sent = body === undefined ? undefined : Buffer.from(body, "base64");
  const started = performance.now();
  try {
    if (transport === "http") await loadHttp(port, { path, headers, body: sent }, wanted, count, connections);
    else await loadGrpc(port, { path, body: sent ?? Buffer.alloc(0) }, wanted, { count, connections, atOnce });
    return { seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return { error: String(error) };
  }
}
