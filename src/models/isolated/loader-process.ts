import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SetosaError } from "../../errors.ts";
import type { LoadedModel, LoaderMessage, LoaderRequest, LoaderStart } from "./messages.ts";
import { Assembly } from "./pieces.ts";
import { errorOf } from "./plain-error.ts";

const script = fileURLToPath(new URL("./loader-main.js", import.meta.url));
const isBun = process.versions.bun !== undefined;
/** Characters of what a process says before it ends: behind the reason, V8 lists a stack of over 4,000. */
const mostWords = 16_384;

interface Loading {
  readonly assembly: Assembly;
  readonly resolve: (loaded: LoadedModel) => void;
  readonly reject: (error: unknown) => void;
}

interface Handle {
  ref(): void;
  unref(): void;
}

/** A process that loads one model at a time. */
export class LoaderProcess {
  readonly #child: ChildProcess;
  readonly #heap: number;
  readonly #ended: Promise<void>;
  #loading: Loading | undefined;
  #dead: SetosaError | undefined;
  #words = "";

  /** @param heap What its heap may take, in MiB; Bun knows no such limit */
  constructor(heap: number) {
    this.#heap = heap;
    this.#child = fork(script, [], {
      // Bun's own options, such as not to install anything, are on its command line too.
      execArgv: isBun ? process.execArgv : [`--max-old-space-size=${heap}`],
      // What it is started with is not for it, least of all that it be a worker.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SETOSA_"))),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#words = (this.#words + text).slice(-mostWords);
    });
    this.#child.on("message", (message) => this.#take(message as LoaderMessage));
    this.#child.on("error", (error) => this.#die(error.message));
    this.#ended = new Promise((resolve) => {
      // And not "exit": by then not all that it said has been read.
      this.#child.on("close", (code, signal) => {
        this.#die(`it ended with ${signal ?? code}`);
        resolve();
      });
      // One that could not be started ends without having begun.
      this.#child.on("error", () => resolve());
    });
  }

  /** Whether it can load another model. */
  get isIdle(): boolean {
    return this.#dead === undefined && this.#loading === undefined;
  }

  /** @throws SetosaError whatever loading it fails with; ENGINE_FAILED, MODEL_MEMORY_EXHAUSTED where the process dies */
  load(start: LoaderStart): Promise<LoadedModel> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) return reject(this.#dead);
      this.#loading = { assembly: new Assembly(), resolve, reject };
      this.#hold(true);
      this.#send({ kind: "load", start });
    });
  }

  /** Nothing is to be loaded: a script may end. */
  rest(): void {
    this.#hold(false);
  }

  /** Whether a script waits for it: the process, its channel (which Bun does not have apart) and what it may say. */
  #hold(isHeld: boolean): void {
    const { channel, stderr } = this.#child;
    for (const handle of [this.#child, channel, stderr] as readonly (Partial<Handle> | null | undefined)[])
      if (isHeld) handle?.ref?.();
      else handle?.unref?.();
  }

  async end(): Promise<void> {
    this.#hold(true);
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #send(request: LoaderRequest): void {
    this.#child.send(request, (error) => {
      if (error !== null) this.#die(error.message);
    });
  }

  #take(message: LoaderMessage): void {
    const loading = this.#loading;
    if (message.kind === "items") {
      loading?.assembly.add(message);
      // Others have their turn before the next one is read.
      setImmediate(() => {
        if (this.#dead === undefined) this.#send({ kind: "next" });
      });
      return;
    }
    this.#loading = undefined;
    if (message.kind === "failed") loading?.reject(errorOf(message.error));
    else loading?.resolve(loading.assembly.finish(message) as LoadedModel);
  }

  #die(reason: string): void {
    const outOfMemory = this.#words.includes("heap out of memory");
    const why = outOfMemory ? `it needs more than ${this.#heap} MiB` : reason;
    this.#dead ??= new SetosaError(
      outOfMemory ? "MODEL_MEMORY_EXHAUSTED" : "ENGINE_FAILED",
      `The process that loads the model ended before it had: ${why}.`,
      {
        hint: outOfMemory
          ? "Save a smaller model, or check that the file is what it should be."
          : "Load it again; if it fails again, report it.",
        ...(this.#words === "" ? {} : { cause: new Error(this.#words) }),
      },
    );
    this.#loading?.reject(this.#dead);
    this.#loading = undefined;
  }
}
