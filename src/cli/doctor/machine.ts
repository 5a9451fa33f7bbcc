import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { cpus, freemem, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { simdSupported } from "../../compiler/wasm/features.ts";
import { availableCores } from "../available-cores.ts";
import { descriptorLimit } from "../descriptor-limit.ts";

/** What the checks ask of a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly versions: { readonly node: string; readonly bun?: string | undefined };
  /** What `setosa serve` would run on, and why. */
  readonly runtimeReason: string | undefined;
  /** Cores of the machine that this process may use, and those that its control group leaves of them. */
  readonly cores: { readonly present: number; readonly allowed: number };
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number; readonly limit: number | undefined };
  readonly descriptors: number | undefined;
  readonly simd: boolean;
  /** The version of an optional package; undefined where it is not installed. @throws where it does not load */
  package(name: string): string | undefined;
  /** Undefined where the port is free, else why not. */
  portProblem(host: string, port: number): Promise<string | undefined>;
  /** Undefined where files can be written for a moment, else why not. */
  temporaryProblem(): Promise<string | undefined>;
  readonly temporaryFolder: string;
}

export function thisMachine(runtimeReason: string | undefined): Machine {
  return {
    platform: process.platform,
    versions: { node: process.versions.node, bun: process.versions.bun },
    runtimeReason,
    cores: { present: cpus().length, allowed: availableCores() },
    memory: { total: totalmem(), free: freeMemory(), limit: memoryLimit() },
    descriptors: descriptorLimit(),
    simd: simdSupported(),
    package: packageVersion,
    portProblem,
    temporaryProblem,
    temporaryFolder: tmpdir(),
  };
}

/** What programs can still get: of Linux more than what is free, because files that are kept in memory give way. */
function freeMemory(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readText("/proc/meminfo") ?? "")?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

/** Of the control group that this process is in (version 2, and 1). */
function memoryLimit(): number | undefined {
  const own = /^0::(.*)$/m.exec(readText("/proc/self/cgroup") ?? "")?.[1] ?? "/";
  for (const file of [`/sys/fs/cgroup${own}/memory.max`, "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    const text = readText(file)?.trim();
    if (text !== undefined && /^\d+$/.test(text) && Number(text) < totalmem()) return Number(text);
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

const require = createRequire(import.meta.url);

function packageVersion(name: string): string | undefined {
  let file: string;
  try {
    file = require.resolve(name);
  } catch {
    return undefined;
  }
  // Native code that does not fit this machine fails here.
  require(name);
  for (let folder = join(file, ".."); folder !== join(folder, ".."); folder = join(folder, "..")) {
    const text = readText(join(folder, "package.json"));
    const found = text === undefined ? undefined : (JSON.parse(text) as { name?: string; version?: string });
    if (found?.name === name) return found.version ?? "of no version";
  }
  return "of no version";
}

function portProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

async function temporaryProblem(): Promise<string | undefined> {
  try {
    const folder = await mkdtemp(join(tmpdir(), "setosa-doctor-"));
    await writeFile(join(folder, "file"), "setosa");
    await rm(folder, { recursive: true });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
