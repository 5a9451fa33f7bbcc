import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { StartPlan } from "../plan.ts";
import { pinned } from "./pinning.ts";
import { portsOf } from "./proc.ts";
import { descendants } from "./server-processes.ts";

/** How often a server that starts is looked at. */
const pollMilliseconds = 5;
const killAfterMilliseconds = 5_000;
/** Of its output, for the message when it fails. */
const keptOutput = 2_000;

/** A server that the bench has started, in a process group of its own. */
export class StartedServer {
  readonly command: string;
  readonly startedAt = performance.now();
  readonly #child: ChildProcess;
  #output = "";
  #failure: string | undefined;

  constructor({ command, folder, environment }: StartPlan, cores: string | undefined) {
    this.command = command.join(" ");
    const [file = "", ...args] = pinned(command, cores);
    this.#child = spawn(file, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const keep = (text: Buffer): void => {
      this.#output = (this.#output + text.toString("utf8")).slice(-keptOutput);
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#child.once("error", (error) => {
      this.#failure = error.message;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why it will not answer any more; undefined while it runs. */
  get ended(): string | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return undefined;
    const output = this.#output.trim();
    return `it ended with ${signalCode ?? exitCode}${output === "" ? " and no output" : `:\n${output}`}`;
  }

  get output(): string {
    return this.#output.trim();
  }

  /** The port that one of its processes listens on, when there is one. Linux only. */
  listeningPort(): number | undefined {
    return this.pid === undefined ? undefined : portsOf(descendants([this.pid]))[0];
  }

  async stop(): Promise<void> {
    if (this.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), killAfterMilliseconds);
    await ended;
    clearTimeout(kill);
    // What it left behind in its group, such as a reloader's child.
    this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-(this.pid ?? 0), signal);
    } catch {
      // The group is gone.
    }
  }
}

/** Waits until `ready` gives something, the server has ended, or the time is over. */
export async function waitFor<T>(
  server: StartedServer,
  seconds: number,
  ready: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline && server.ended === undefined) {
    const value = await ready();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  return undefined;
}
