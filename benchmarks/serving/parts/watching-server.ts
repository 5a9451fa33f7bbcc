import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../../src/bench/client/connection.ts";
import { pinned } from "../../../src/bench/process/pinning.ts";
import { unpackPackage } from "../../http/package.ts";
import { processTree, type Runtime, root } from "../../http/server.ts";

/** A server of the built package over a folder that it watches. */
export interface WatchingServer {
  readonly endpoint: Endpoint;
  readonly child: ChildProcess;
  /** Puts a file in the place of the one that is there, as deployments do. */
  replace(name: string, bytes: Uint8Array): void;
  /** The same with one of the spare files, without writing anything. */
  exchange(name: string, spare: string): void;
  /** Resolves when the server has loaded so many models since it started. */
  loaded(count: number): Promise<void>;
  /** Of the process that serves. */
  residentMegabytes(): number;
  stop(): Promise<void>;
}

export interface WatchingOptions {
  /** Loads models in the thread that serves, as if there were no other. */
  readonly inThread?: boolean;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** For `exchange`. */
  readonly spare?: Readonly<Record<string, Uint8Array>>;
  /** Where the server runs: `0`, `0-1`. */
  readonly cores?: string;
}

export async function startWatching(
  runtime: Runtime,
  { inThread = false, files, spare = {}, cores }: WatchingOptions,
): Promise<WatchingServer> {
  const folder = mkdtempSync(join(tmpdir(), "setosa-serving-"));
  const models = join(folder, "models");
  mkdirSync(models);
  const replace = (name: string, bytes: Uint8Array): void => {
    writeFileSync(join(folder, name), bytes);
    renameSync(join(folder, name), join(models, name));
  };
  for (const [name, bytes] of Object.entries(files)) replace(name, bytes);
  for (const [name, bytes] of Object.entries(spare)) writeFileSync(join(folder, `spare-${name}`), bytes);
  const exchange = (name: string, from: string): void => {
    linkSync(join(folder, `spare-${from}`), join(folder, name));
    renameSync(join(folder, name), join(models, name));
  };
  const setosa = unpackPackage();
  if (inThread) loadInThread(setosa);
  const args = [setosa, "serve", models, "--default", "iris", "--runtime", runtime, "--port", "0", "--poll-ms", "50"];
  const [file = "", ...rest] = pinned([process.execPath, ...args], cores);
  const child = spawn(file, rest, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let output = "";
  let loads = 0;
  let check = (): void => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    check();
  });
  let line = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const lines = (line + text).split("\n");
    line = lines.pop() ?? "";
    for (const said of lines)
      if (/Loaded large /.test(said)) loads++;
      else if (!/takes no more requests|is answered by version/.test(said)) console.error(said);
    check();
  });
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      check = () => {
        if (isSo()) resolve();
      };
      void ended.then(() => reject(new Error("the server ended")));
      check();
    });
  let port: string | undefined;
  await until(() => {
    port = /http:\/\/[^:\s]+:(\d+)/.exec(output)?.[1];
    return port !== undefined;
  });
  return {
    endpoint: { host: "127.0.0.1", port: Number(port), tls: false, name: "127.0.0.1" },
    child,
    replace,
    exchange,
    loaded: (count) => until(() => loads >= count),
    // Where a launcher stays, the server is its child. The last one is what loads a model, if one is being loaded.
    residentMegabytes: () => Math.round(processTree(child.pid ?? 0)[runtime === "bun" ? 1 : 0]?.residentMegabytes ?? 0),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes the choice out of the package's copy that is run. */
function loadInThread(setosa: string): void {
  const file = join(setosa, "../../dist/cli/serve-models.js");
  const choice = "(isServing ? loadIsolated : loadModel)";
  const source = readFileSync(file, "utf8");
  if (!source.includes(choice)) throw new Error(`${file} does not have ${choice}`);
  writeFileSync(file, source.replace(choice, "loadModel"));
}
