import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Runtime } from "./results.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`;

const seconds = 120;

/** What a program prints as JSON, on one core or where the system puts it. */
export async function printed<T>(command: readonly string[], core: string | undefined): Promise<T> {
  const [file = "", ...args] = core !== undefined && process.platform === "linux" ? ["taskset", "-c", core, ...command] : command;
  const { stdout } = await promisify(execFile)(file, args, { cwd: root, timeout: seconds * 1000, killSignal: "SIGKILL" });
  return JSON.parse(stdout) as T;
}

/** How a runtime runs plain JavaScript that may ask for a collection of garbage. */
export function plain(runtime: Runtime): readonly string[] {
  return runtime === "node" ? [process.execPath, "--expose-gc"] : [bun];
}

/** The package as it is installed. */
export function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
