import { type ChildProcess, spawn } from "node:child_process";
import cluster from "node:cluster";
import { returnHandedOver } from "./handed-over.ts";
import { asMessage } from "./messages.ts";
import type { WorkerProcess } from "./supervisor.ts";

export interface WorkerCommand {
  /** The script, and its arguments. */
  readonly script: string;
  readonly argv: readonly string[];
  /** Options of the runtime itself. */
  readonly runtimeOptions: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a worker that shares its port with the others: under Bun each listens with SO_REUSEPORT and the
 * kernel spreads connections; Node 20 has no such option, so node:cluster hands them out.
 */
export function startWorker({ script, argv, runtimeOptions, environment }: WorkerCommand): WorkerProcess {
  if (process.versions.bun !== undefined)
    return workerProcess(
      spawn(process.execPath, [...runtimeOptions, script, ...argv], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        env: environment as NodeJS.ProcessEnv,
      }),
    );
  cluster.setupPrimary({ exec: script, args: [...argv], execArgv: [...runtimeOptions] });
  const worker = cluster.fork(environment as NodeJS.ProcessEnv);
  const others = () => Object.values(cluster.workers ?? {}).some((other) => other !== worker && other?.isConnected() === true);
  returnHandedOver(worker.process, others);
  return workerProcess(worker.process);
}

function workerProcess(child: ChildProcess): WorkerProcess {
  return {
    pid: child.pid ?? 0,
    onMessage: (listener) => {
      child.on("message", (message) => {
        const known = asMessage(message);
        if (known !== undefined) listener(known);
      });
    },
    onExit: (listener) => {
      child.once("exit", (status, signal) => listener(signal ?? `exit status ${status}`));
      child.once("error", (error) => listener(error.message));
    },
    send: (message) => {
      if (!child.connected) throw new Error("The worker is gone.");
      // The callback takes the error of a channel that closes just now; the call's own deadline or its end tells the caller.
      child.send(message, () => {});
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
