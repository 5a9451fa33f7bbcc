// Kills the worker with the most connections, and says whose they were: `node kill-worker.js PORT PID…`. It is stopped while the
// kernel's tables are read, so that none is added meanwhile. A process of its own, since the clients' would stand still.
// Prints {"at" (of the stop, milliseconds since 1970), "ports" of its clients}.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const [port = 0, ...pids] = process.argv.slice(2).map(Number);
const own = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;

/** @param {number} pid */
function portsOf(pid) {
  const inodes = new Set();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      inodes.add(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]);
    } catch {
      // It was closed meanwhile.
    }
  }
  return readFileSync("/proc/self/net/tcp", "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(own) && inodes.has(fields[9]))
    .map((fields) => Number.parseInt(fields[2]?.split(":")[1] ?? "0", 16));
}

const [victim = 0] = pids.sort((a, b) => portsOf(b).length - portsOf(a).length);
process.kill(victim, "SIGSTOP");
const at = performance.timeOrigin + performance.now();
const ports = portsOf(victim);
process.kill(victim, "SIGKILL");
process.stdout.write(JSON.stringify({ at, ports }));
