import { spawn } from "node:child_process";
import { once } from "node:events";
import { vertexRoutes } from "../../../test/conformance/protocols/vectors/vertex.ts";
import { hasTaskset, type Runtime, root } from "../server.ts";
import type { Platform } from "./ways.ts";

export interface ProtocolServer {
  readonly runtime: Runtime;
  readonly platform: Platform;
  readonly pid: number;
  readonly port: number;
  readonly grpcPort: number;
  stop(): Promise<void>;
}

export const serverCore = 0;
export const clientCore = 1;

/** On a core of its own, where the machine can pin. */
export function pinned(core: number, command: readonly string[]): readonly [string, ...string[]] {
  const [file = "", ...args] = command;
  return hasTaskset ? ["taskset", "-c", String(core), file, ...args] : [file, ...args];
}

/** Starts `setosa serve` with one model, as a platform would, and waits until it says where it listens. */
export async function startProtocolServer(setosa: string, runtime: Runtime, platform: Platform, model: string): Promise<ProtocolServer> {
  const args = ["serve", `models/${model}.onnx`, "--port", "0", "--grpc-port", "0", "--runtime", runtime, "--platform", platform];
  const [file, ...rest] = pinned(serverCore, [process.execPath, setosa, ...args]);
  const child = spawn(file, rest, { cwd: root, env: { ...process.env, ...vertexRoutes }, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  let said = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    said += piece;
    const [, port] = /Listening on http:\/\/localhost:(\d+)/.exec(said) ?? [];
    const [, grpcPort] = /gRPC on localhost:(\d+)/.exec(said) ?? [];
    if (port === undefined || grpcPort === undefined) continue;
    return {
      runtime,
      platform,
      pid: child.pid ?? 0,
      port: Number(port),
      grpcPort: Number(grpcPort),
      stop: async () => {
        child.kill("SIGTERM");
        await ended;
      },
    };
  }
  throw new Error(`${platform} on ${runtime} ended before it listened:\n${said}`);
}
