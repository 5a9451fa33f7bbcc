import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveOptions } from "../../../src/cli/serve-options.ts";
import { type Runtime, root } from "../../e2e/process.ts";
import { startServer, type TestServer } from "../../e2e/server.ts";
import { failingModel } from "./failing-model.ts";
import { keyFile } from "./keys.ts";
import type { Platform, ServerName } from "./vector.ts";
import { vertexRoutes } from "./vectors/vertex.ts";

/** A spawned server, over both of its ports. */
export interface ConformanceServer {
  readonly server: TestServer;
  readonly grpcPort: number;
  /** Its own folder. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Whether the server has the port of gRPC: vectors and ways of asking by it are left out where it has none. */
export const speaksGrpc = "grpc-port" in serveOptions;

/** The size that vectors of large bodies go over. */
export const bodyLimit = 65_536;

/** How a server is started: what it serves, and what runs it. */
export interface ServerKind {
  readonly name: ServerName;
  readonly platform: Platform;
  readonly runtime: Runtime;
  readonly workers: number;
  /** Of the open server. */
  readonly defaultModel?: string;
}

/**
 * `open`: the example models, `iris` by default. `guarded`: the default model is `sides`, which fails where its first feature is 3 or
 * more and has a queue for one request; beside it `iris`, and a file that is no model, so that the server is never ready.
 */
export async function startConformanceServer({
  name,
  platform,
  runtime,
  workers,
  defaultModel = "iris",
}: ServerKind): Promise<ConformanceServer> {
  const folder = mkdtempSync(join(tmpdir(), `setosa-conformance-${name}-`));
  try {
    const args = [...served[platform](name, folder, defaultModel), ...(name === "guarded" ? guards(folder) : [])];
    const common = [
      ...(speaksGrpc ? ["--grpc-port", "0"] : []),
      "--max-body-bytes",
      String(bodyLimit),
      "--workers",
      String(workers),
      "--poll-ms",
      "0",
    ];
    const server = await startServer(runtime, [...args, ...common], environments[platform](folder));
    const [, grpcPort = ""] = /gRPC on \D*?:(\d+)/.exec(server.running.output()) ?? [];
    return {
      server,
      grpcPort: Number(grpcPort),
      folder,
      stop: async () => {
        const status = await server.running.stop();
        rmSync(folder, { recursive: true });
        if (status !== 0) throw new Error(`the server ended with ${status}:\n${server.running.errors()}`);
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

const files = (name: ServerName, folder: string, first: string) => (name === "open" ? openArguments(first) : guardedArguments(folder));

const served: Readonly<Record<Platform, (name: ServerName, folder: string, first: string) => readonly string[]>> = {
  none: files,
  vertex: (name, folder, first) => [...files(name, folder, first), "--platform", "vertex"],
  sagemaker: (name, folder, first) => [...files(name, folder, first), "--platform", "sagemaker"],
  "multi-model": (_, folder) => multiModelArguments(folder),
};

const environments: Readonly<Record<Platform, (folder: string) => Record<string, string>>> = {
  none: () => ({}),
  vertex: () => vertexRoutes,
  sagemaker: () => ({}),
  "multi-model": (folder) => ({ SAGEMAKER_MULTI_MODEL: "true", SAGEMAKER_BASE_DIR: folder }),
};

function openArguments(first: string): string[] {
  return [`${root}models`, "--default", first, "--model-control"];
}

function guardedArguments(folder: string): string[] {
  const models = join(folder, "models");
  cpSync(`${root}models/iris.onnx`, join(models, "iris.onnx"));
  writeFileSync(join(models, "sides.onnx"), failingModel());
  writeFileSync(join(models, "broken.onnx"), "no model");
  return [models, "--default", "sides"];
}

/** What SageMaker has put there: it says itself which of them are loaded. */
function multiModelArguments(folder: string): string[] {
  const place = (name: string) => {
    mkdirSync(join(folder, "models", name, "model"), { recursive: true });
    return join(folder, "models", name, "model", `${name}.onnx`);
  };
  cpSync(`${root}models/iris.onnx`, place("iris"));
  writeFileSync(place("sides"), failingModel());
  writeFileSync(place("broken"), "no model");
  return [];
}

function guards(folder: string): string[] {
  const keys = join(folder, "keys.jsonl");
  writeFileSync(keys, keyFile, { mode: 0o600 });
  return ["--api-keys", keys, "--engine", "onnxruntime", "--max-queue", "1", "--max-batch-rows", "1"];
}
