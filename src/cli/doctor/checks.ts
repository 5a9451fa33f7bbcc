import { defaultLimits } from "../../server/limits.ts";
import { fittingConnections } from "../descriptor-limit.ts";
import type { Machine } from "./machine.ts";

export interface Check {
  readonly name: string;
  /** `warn`: a server starts, and something is worse than it could be. `fail`: it does not start. */
  readonly status: "ok" | "warn" | "fail";
  readonly found: string;
  /** What to do; absent where all is well. */
  readonly fix?: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const oldestNode = [20, 19];
/** Bytes: a server with small models takes under 120 MB, its supervisor and its start a little more. */
const littleMemory = 256 * 1024 * 1024;

/** All that a server needs of a machine, in the order in which somebody would look for it. */
export async function checkMachine(machine: Machine, address: Address): Promise<readonly Check[]> {
  return [
    runtime(machine),
    server(machine),
    webAssembly(machine),
    optional(machine, "onnxruntime-node", "models that do not compile"),
    optional(machine, "hyparquet", "Parquet in setosa predict", "hyparquet hyparquet-writer"),
    cores(machine),
    memory(machine),
    descriptors(machine),
    await port(machine, address),
    sharing(machine),
    await temporary(machine),
  ];
}

function runtime({ versions: { node, bun } }: Machine): Check {
  const name = "runtime";
  if (bun !== undefined) return { name, status: "ok", found: `Bun ${bun}` };
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestNode;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return { name, status: "ok", found: `Node ${node}` };
  return { name, status: "fail", found: `Node ${node}`, fix: `Install Node ${oldestNode.join(".")} or newer.` };
}

/** What serves: Bun takes less processor time for a request. */
function server({ versions: { bun }, runtimeReason = "" }: Machine): Check {
  const name = "server runtime";
  if (bun !== undefined || runtimeReason.startsWith("found "))
    return { name, status: "ok", found: `Bun (${runtimeReason || "started with it"})` };
  const isAsked = runtimeReason.startsWith("--") || runtimeReason.startsWith("SETOSA_");
  return isAsked
    ? { name, status: "ok", found: `Node (${runtimeReason})` }
    : {
        name,
        status: "warn",
        found: `Node (${runtimeReason || "no Bun found"})`,
        fix: "Bun answers with a third less processor time: npm install @oven/bun-linux-x64, or the package of your system.",
      };
}

function webAssembly({ simd }: Machine): Check {
  const name = "WebAssembly";
  if (simd) return { name, status: "ok", found: "with 128-bit SIMD" };
  return {
    name,
    status: "warn",
    found: "without SIMD",
    fix: "Networks and distances run slower. Use a processor and a runtime of 2021 or newer.",
  };
}

function optional(machine: Machine, name: string, purpose: string, packages = name): Check {
  try {
    const version = machine.package(name);
    return { name, status: "ok", found: version ?? `not installed: only ${purpose} need it (npm install ${packages})` };
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { name, status: "warn", found: `does not load: ${line}`, fix: `Install it again for this platform: npm install ${packages}` };
  }
}

function cores({ cores: { present, allowed } }: Machine): Check {
  const name = "cores";
  const found = `${allowed}${present > allowed ? ` of ${present}` : ""}${allowed > 1 ? "; --workers auto uses them all" : ""}`;
  return { name, status: "ok", found };
}

function memory({ memory: { total, free, limit } }: Machine): Check {
  const name = "memory";
  const left = Math.min(free, limit ?? free);
  const found = `${gigabytes(left)} of ${gigabytes(limit ?? total)}${limit === undefined ? "" : " that the control group allows"}`;
  return left >= littleMemory
    ? { name, status: "ok", found }
    : {
        name,
        status: "warn",
        found,
        fix: "A server with small models takes about 120 MB for each worker: give it more, or fewer workers.",
      };
}

function descriptors({ descriptors: limit }: Machine): Check {
  const name = "open files";
  if (limit === undefined) return { name, status: "ok", found: "the system does not say" };
  const fitting = fittingConnections(defaultLimits.connections, limit);
  if (fitting === defaultLimits.connections) return { name, status: "ok", found: `${limit}` };
  return {
    name,
    status: "warn",
    found: `${limit}: room for ${fitting} connections, and --max-connections is ${defaultLimits.connections}`,
    fix: "Raise the limit: ulimit -n, LimitNOFILE= of systemd.",
  };
}

async function port(machine: Machine, { host, port: wanted }: Address): Promise<Check> {
  const name = `port ${wanted}`;
  const problem = await machine.portProblem(host, wanted);
  switch (problem) {
    case undefined:
      return { name, status: "ok", found: `free on ${host}` };
    case "EADDRINUSE":
      return {
        name,
        status: "fail",
        found: "another process listens on it",
        fix: `Stop that (ss -ltnp 'sport = :${wanted}' shows it), or serve with --port.`,
      };
    case "EACCES":
      return {
        name,
        status: "fail",
        found: "only privileged processes may listen on it",
        fix: "Serve on a port from 1024 on: --port 8080.",
      };
    case "EADDRNOTAVAIL":
      return {
        name,
        status: "fail",
        found: `${host} is no address of this machine`,
        fix: "Serve on 127.0.0.1, or 0.0.0.0 for all networks: --host.",
      };
    default:
      return { name, status: "fail", found: `${host} cannot be listened on: ${problem}`, fix: "Serve on another --host or --port." };
  }
}

/** Linux shares a port between processes, each with a queue of its own. */
function sharing({ platform }: Machine): Check {
  const name = "shared port";
  return platform === "linux"
    ? { name, status: "ok", found: "SO_REUSEPORT: workers share a port" }
    : {
        name,
        status: "warn",
        found: `${platform} does not spread connections over workers`,
        fix: "Serve with one worker here, and with several on Linux.",
      };
}

async function temporary(machine: Machine): Promise<Check> {
  const name = "temporary files";
  const problem = await machine.temporaryProblem();
  return problem === undefined
    ? { name, status: "ok", found: machine.temporaryFolder }
    : {
        name,
        status: "warn",
        found: `${machine.temporaryFolder} cannot be written to: ${problem}`,
        fix: "Let TMPDIR name a folder that can be.",
      };
}

function gigabytes(bytes: number): string {
  return bytes < 10 ** 9 ? `${Math.round(bytes / 10 ** 6)} MB` : `${(bytes / 10 ** 9).toFixed(1)} GB`;
}
