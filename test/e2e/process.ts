import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const runtimes = ["bun", "node"] as const;
export type Runtime = (typeof runtimes)[number];

/** A process under test, with what it has said so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  output(): string;
  errors(): string;
  /** Resolves with the match when the output (or the error output) has it; rejects when the process ends before. */
  waitFor(pattern: RegExp, where?: "output" | "errors"): Promise<RegExpExecArray>;
  /** Resolves with the exit status when the process has ended. */
  ended(): Promise<number | null>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function start(command: string, args: readonly string[], environment: Record<string, string> = {}, folder: string = root): Running {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exit = once(child, "exit").then(([status]) => status as number | null);
  const closed = once(child, "close").then(() => exit);
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    errors: () => errors,
    waitFor: (pattern, where = "output") =>
      new Promise((resolve, reject) => {
        const stream = where === "output" ? child.stdout : child.stderr;
        const check = () => {
          const match = pattern.exec(where === "output" ? output : errors);
          if (match === null) return;
          stream.off("data", check);
          resolve(match);
        };
        stream.on("data", check);
        void closed.then(() => reject(new Error(`ended without ${pattern}:\n${output}\n${errors}`)));
        check();
      }),
    ended: () => closed,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return closed;
    },
  };
}

/** The pinned Bun of this repository; undefined on a platform for which it has none. */
export function bunBinary(): string | undefined {
  const path = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;
  return existsSync(path) ? path : undefined;
}

/** Runs a TypeScript file of the repository. */
export function startScript(runtime: Runtime, script: string, args: readonly string[], environment?: Record<string, string>): Running {
  const bun = bunBinary();
  if (runtime === "bun" && bun === undefined) throw new Error("Bun's platform package is not installed: npm ci");
  return runtime === "bun"
    ? start(bun ?? "bun", [`${root}${script}`, ...args], environment)
    : start(process.execPath, ["--import", "tsx", `${root}${script}`, ...args], environment);
}

/** Where the command line is: what `test/global-setup.ts` has built, or in scripts the clone. */
const setosa = `${process.env.SETOSA_BUILT ?? root}/bin/setosa`;

/** The command line, as users start it. */
export function startSetosa(args: readonly string[], environment?: Record<string, string>): Running {
  return start(process.execPath, [setosa, ...args], environment);
}

/** The same in a folder of its own. */
export function startSetosaIn(folder: string, args: readonly string[], environment?: Record<string, string>): Running {
  return start(process.execPath, [setosa, ...args], environment, folder);
}
