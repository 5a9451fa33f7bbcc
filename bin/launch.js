import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "./runtime.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
// What 128 is added to in the exit code of a process that a signal ended, as shells have it.
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGILL: 4, SIGABRT: 6, SIGBUS: 7, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

// A clone has the sources, the published package has what was built from them.
const source = new URL("../src/cli/main.ts", import.meta.url);
const inClone = existsSync(source);
const main = inClone ? source : new URL("../dist/cli/main.js", import.meta.url);

/** Runs a command: `serve` on the runtime that suits it, everything else right here. */
export async function launch(argv) {
  // It says what would serve.
  if (argv[0] === "doctor") return runHere(argv, chooseRuntime(["serve"]).reason);
  const serves = argv[0] === "serve" && !argv.includes("--help") && !argv.includes("-h");
  if (!serves) return runHere(argv, undefined);
  // Set by a launcher for the process that it starts, and inherited by workers: the choice has been made.
  const made = process.env.SETOSA_RUNTIME_REASON;
  if (made !== undefined) return runHere(argv, made);
  const choice = chooseRuntime(argv);
  if (choice.bun === undefined) return runHere(argv, choice.reason);
  return runOnBun(choice.bun, argv, choice);
}

async function runHere(argv, reason) {
  // TypeScript by tsx where the runtime does not take it as it is; the published package has none.
  if (inClone && process.versions.bun === undefined && !process.features.typescript) {
    const { register } = await import("tsx/esm/api");
    register();
  }
  const { run } = await import(main.href);
  const status = await run(argv, { runtimeReason: reason });
  process.exitCode = status;
  // A server has ended when its command says so, whatever else still holds the process.
  if (argv[0] === "serve") process.exit();
}

function runOnBun(bun, argv, choice) {
  const entry = fileURLToPath(new URL("./setosa", import.meta.url));
  const args = [
    "--no-install", // Bun would fetch a package that is missing from the registry, while it serves.
    "--no-env-file", // Settings come from flags and the environment, not from a file that happens to be there.
    entry,
    ...argv,
  ];
  const env = {
    // JavaScriptCore lets garbage grow with the machine's memory. Told of 256 MiB it collects sooner: about
    // 13 MB less resident with the example models, at no measurable cost per request (benchmarks/http).
    BUN_JSC_forceRAMSize: String(256 * 1024 * 1024),
    ...process.env,
    SETOSA_RUNTIME_REASON: choice.reason,
  };
  // Where Node can replace its own process there is no launcher that stays (Node 22.15 and newer, not on Windows).
  if (typeof process.execve === "function" && process.platform !== "win32") process.execve(bun, [bun, ...args], env);

  return new Promise((resolve) => {
    // The channel tells the server when this launcher is gone, even when it was killed.
    const child = spawn(bun, args, { stdio: ["inherit", "inherit", "inherit", "ipc"], env });
    for (const signal of signals) process.on(signal, () => child.kill(signal));
    const started = performance.now();
    const fallBack = (why) => {
      for (const signal of signals) process.removeAllListeners(signal);
      resolve(runHere(argv, `${bun} does not run here (${why})`));
    };
    child.once("error", (error) => fallBack(error.message));
    child.once("exit", (status, signal) => {
      // A binary for a newer processor dies of an illegal instruction before it has done anything.
      if (signal === "SIGILL" && performance.now() - started < 2000) return fallBack(signal);
      process.exitCode = status ?? 128 + (signalNumbers[signal] ?? 0);
      resolve();
    });
  });
}
