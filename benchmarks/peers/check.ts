/**
 * Starts one peer after the other, compares its answers with scikit-learn's own, and prints what it takes.
 *
 *   node --import tsx benchmarks/peers/check.ts [PEER…]
 *
 * Needs Linux, and install.ts before it.
 */
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { className } from "./answers.ts";
import { ask } from "./ask.ts";
import type { IrisRow, Peer } from "./peer.ts";
import { choosePeers } from "./peers.ts";
import { installedBytes } from "./size.ts";
import { startPeer } from "./start.ts";

const asked = 20;
const fixture = JSON.parse(readFileSync(new URL("../../test/fixtures/models/iris-forest.json", import.meta.url), "utf8")) as {
  readonly rows: readonly IrisRow[];
  readonly labels: readonly number[];
};
// From all over the data set: its first fifty are all of one class.
const positions = Array.from({ length: asked }, (_, index) => Math.floor((index * fixture.rows.length) / asked));

// Without these, the signals would end this program and leave the peer's processes behind.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
try {
  for (const peer of choosePeers(process.argv.slice(2)))
    try {
      await check(peer, await freePort());
    } catch (error) {
      console.error(`${peer.title} ${peer.version}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}

async function check(peer: Peer, port: number): Promise<void> {
  const running = await startPeer(peer, port);
  let count = 0;
  let memory = { resident: 0, proportional: 0 };
  let answer = "";
  try {
    for (const position of positions) {
      const row = fixture.rows[position] as IrisRow;
      const wanted = className(fixture.labels[position]);
      const { prediction, body } = await ask(peer, port, row);
      if (prediction !== wanted) throw new Error(`answers ${prediction} and not ${wanted} for ${JSON.stringify(row)}`);
      answer ||= body.trim();
    }
    count = running.processes.look().length;
    memory = running.processes.memory();
  } finally {
    await running.stop();
  }
  const left = running.processes.look();
  if (left.length > 0) throw new Error(`has left processes behind: ${left.join(", ")}`);
  const size = installedBytes(peer);
  const installed = size === undefined ? "size not measured" : `${Math.round(size / 1e6)} MB installed`;
  const { resident, proportional } = memory;
  const { method, path, body } = peer.request;
  console.log(
    [
      `${peer.title} ${peer.version}: ${asked} of ${asked} right`,
      `  ${Math.round(running.startMilliseconds)} ms to the first prediction, ${installed}`,
      `  ${resident.toFixed(0)} MiB resident in ${count} processes (${proportional.toFixed(0)} MiB with shared pages counted once)`,
      `  ${method} ${path} ${body(fixture.rows[0] as IrisRow)}`,
      `  ${answer}`,
    ].join("\n"),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
