/**
 * Makes the peers' environments anew, measures their size, and trains and packages their models.
 *
 *   node --import tsx benchmarks/peers/install.ts [PEER…]
 *
 * Needs python3.11 and the Python package index; several hundred megabytes for each.
 */
import { spawnSync } from "node:child_process";
import type { Command, Peer } from "./peer.ts";
import { choosePeers } from "./peers.ts";
import { measureSize } from "./size.ts";

try {
  for (const peer of choosePeers(process.argv.slice(2))) {
    for (const command of peer.install) run(peer, command);
    const bytes = measureSize(peer);
    for (const command of peer.prepare) run(peer, command);
    console.log(`${peer.title} ${peer.version}: ${Math.round(bytes / 1e6)} MB`);
  }
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}

function run(peer: Peer, command: Command): void {
  const [program = "", ...args] = command;
  const { status, signal, error } = spawnSync(program, args, { cwd: peer.cwd, env: { ...process.env, ...peer.env }, stdio: "inherit" });
  if (error !== undefined) throw new Error(`${peer.title}: ${command.join(" ")} does not start: ${error.message}`);
  if (status !== 0) throw new Error(`${peer.title}: ${command.join(" ")} ended with ${signal ?? status}`);
}
