import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pinned } from "../../src/bench/process/pinning.ts";
import { ask } from "./ask.ts";
import type { IrisRow, Peer } from "./peer.ts";
import { ProcessTree } from "./process-tree.ts";

const startSeconds = 120;
const stopMilliseconds = 15_000;
const pollMilliseconds = 10;
/** Of its output, for the message when it fails. */
const keptOutput = 3_000;
const setosa: IrisRow = [5.1, 3.5, 1.4, 0.2];

export interface RunningPeer {
  readonly child: ChildProcess;
  /** All its processes; the child may be no more than their launcher. */
  readonly processes: ProcessTree;
  /** From the start of the process to the end of the first right answer. */
  readonly startMilliseconds: number;
  /** Resolves when no process of it is left. */
  stop(): Promise<void>;
}

/**
 * Starts a peer and waits until it predicts.
 * @param cores To keep it on, as taskset names them; all by default
 * @throws Error where it is not installed, the port is taken, it ends, or does not predict within two minutes
 */
export async function startPeer(peer: Peer, port: number, cores?: string): Promise<RunningPeer> {
  if (process.platform !== "linux") throw new Error("peers are started and stopped by their processes in /proc: that needs Linux");
  await checkFree(port);
  // Ray, among others, leaves sockets and logs behind in the folder for temporary files.
  const temporary = mkdtempSync(join(tmpdir(), "peer-"));
  const log = join(temporary, "output.log");
  const output = openSync(log, "w");
  const [file = "", ...args] = pinned(peer.command(port), cores);
  const started = performance.now();
  const child = spawn(file, args, {
    cwd: peer.cwd,
    env: { ...process.env, ...peer.env, ...peer.portEnv?.(port), TMPDIR: temporary },
    // To a file: nobody has to read it while the server is measured.
    stdio: ["ignore", output, output],
    // Out of the terminal's group, so that only stop() ends it, the same way every time.
    detached: true,
  });
  closeSync(output);
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = `does not start (has it been installed?): ${error.message}`;
  });
  child.once("exit", (code, signal) => {
    failure = `ended with ${signal ?? code}`;
  });
  const remove = (): void => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  if (child.pid === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    remove();
    throw new Error(`${peer.title} ${failure}`);
  }

  const processes = new ProcessTree(child.pid);
  const abandon = (): void => {
    processes.kill();
    remove();
  };
  process.once("exit", abandon);
  const stop = async (): Promise<void> => {
    await processes.end(stopMilliseconds);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    process.off("exit", abandon);
    remove();
  };
  while ((await firstPrediction(peer, port)) !== "Iris-Setosa") {
    if (performance.now() - started > startSeconds * 1000) failure ??= `does not predict within ${startSeconds} s`;
    if (failure !== undefined) {
      const text = readFileSync(log, "utf8").trim().slice(-keptOutput);
      await stop();
      throw new Error(`${peer.title} ${failure}${text === "" ? "" : `:\n${text}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  return { child, processes, startMilliseconds: performance.now() - started, stop };
}

/** A class; undefined while it gives no answer that names one. */
async function firstPrediction(peer: Peer, port: number): Promise<string | undefined> {
  try {
    return (await ask(peer, port, setosa)).prediction;
  } catch {
    return undefined;
  }
}

/** Another server there would be taken for the peer. */
function checkFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => reject(new Error(`port ${port} cannot be used: ${error.message}`)));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}
