import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

const running = new Set<ContenderProcess>();
// However the benchmark ends, nothing of it goes on.
process.on("exit", () => {
  for (const child of running) child.kill();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

/** A program that answers commands, a line each, on one core: see predictors/driver.c. */
export class ContenderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #complaint = "";

  constructor(command: readonly string[], core: string) {
    const [file = "", ...args] = process.platform === "linux" ? ["taskset", "-c", core, ...command] : command;
    this.#child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], cwd: new URL("../../", import.meta.url) });
    running.add(this);
    this.#child.on("error", (error) => {
      this.#complaint = error.message;
    });
    this.#child.on("exit", () => running.delete(this));
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The line that answers a command; a program that takes too long is ended. */
  async ask(command: string, seconds: number): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, seconds * 1000);
    try {
      const { value, done } = await this.#lines.next();
      if (late) throw new Error(`it took more than ${seconds} s for all its rows`);
      if (done === true) {
        const lines = this.#complaint.trim().split("\n");
        throw new Error(`it ended: ${(lines.find((line) => /^\w*Error|^error/.test(line)) ?? lines.at(-1) ?? "").slice(0, 200)}`);
      }
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
    running.delete(this);
  }
}
