import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A predictor in a process of its own that answers commands, a line each: see driver.c. */
export class ContenderProcess {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, command: readonly string[]) {
    this.name = name;
    const [file = "", ...args] = process.platform === "linux" ? ["taskset", "-c", "0", ...command] : command;
    this.#child = spawn(file, args, { stdio: ["pipe", "pipe", "ignore"], cwd: new URL("../../../", import.meta.url) });
    this.#child.on("error", () => {});
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Every row's score, one at a time and then all at once. */
  async predictions(): Promise<number[]> {
    return (await this.#ask("predict")).trim().split(" ").map(Number);
  }

  /** Microseconds per row of `calls` predictions of one row, from row `from` on. */
  async one(calls: number, from: number): Promise<number> {
    return Number(await this.#ask(`one ${calls} ${from}`));
  }

  /** Microseconds per row of all rows in one call. */
  async many(): Promise<number> {
    return Number(await this.#ask("many"));
  }

  close(): void {
    this.#child.stdin.end();
  }

  async #ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.name} ended, code ${this.#child.exitCode}`);
    return value;
  }
}
