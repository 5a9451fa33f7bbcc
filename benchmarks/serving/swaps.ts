import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Asker } from "../../src/bench/client/ask.ts";
import { encodeRequest } from "../../src/bench/client/request.ts";
import { loadModel } from "../../src/models/load-model.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { type Runtime, root } from "../http/server.ts";
import { LargeForest, row, versionOf } from "./parts/large-forest.ts";
import { startWatching, type WatchingServer } from "./parts/watching-server.ts";

/*
 * Replaces a large model again and again while it is asked, and reads how much memory the server has: what was closed has to
 * be returned, and every answer has to come from one version, the one that it names.
 * Arguments: swaps (200), runtimes (bun,node).
 */

interface Reading {
  readonly swaps: number;
  readonly residentMegabytes: number;
}

interface Result {
  readonly runtime: Runtime;
  readonly readings: Reading[];
  readonly peakMegabytes: number;
  readonly answers: number;
  /** Answers other than 200, and connections that broke. */
  readonly failed: number;
  /** Answers whose prediction is not that of the version that they name, or of their row. */
  readonly mixed: number;
  readonly versions: number;
  readonly seconds: number;
}

/** Connections that ask one question after the other. */
const askers = 4;
const readEvery = 20;
/** Longer than the server waits before it collects. */
const restMilliseconds = 3000;

export async function run(argv: readonly string[]): Promise<void> {
  const swaps = Number(argv[0] ?? 200);
  const runtimes = (argv[1] ?? "bun,node").split(",") as Runtime[];
  const forest = new LargeForest(100);
  const results: Result[] = [];
  for (const runtime of runtimes) results.push(await swap(runtime, swaps, forest));
  const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;
  const command = `npm run benchmark:serving -- swaps ${swaps} ${runtimes.join()}`;
  const all = { machine: describeMachine(bun), command, fileBytes: forest.file(1).length, nodes: forest.nodes, results };
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("swaps.json", folder), `${JSON.stringify(all, null, 1)}\n`);
  writeFileSync(new URL("swaps.md", folder), report(all));
  console.log(readFileSync(new URL("swaps.md", folder), "utf8"));
}

async function swap(runtime: Runtime, swaps: number, forest: LargeForest): Promise<Result> {
  const random = seededRandom(7);
  const rows = Array.from({ length: 50 }, () => row(random));
  const local = await loadModel(forest.file(1), { engine: "compiled" });
  const expected = rows.map((values) => versionOf(local.predict(values).prediction as number).trees);
  await local.close();
  const server = await startWatching(runtime, {
    files: { "iris.onnx": readFileSync(`${root}models/iris.onnx`), "large.onnx": forest.file(1) },
  });
  const traffic = new Traffic(server, rows, expected);
  const readings: Reading[] = [];
  let peakMegabytes = 0;
  const started = performance.now();
  try {
    for (let done = 1; done <= swaps; done++) {
      server.replace("large.onnx", forest.file(done + 1));
      await server.loaded(done);
      peakMegabytes = Math.max(peakMegabytes, server.residentMegabytes());
      if (done % readEvery !== 0 && done !== swaps) continue;
      await new Promise((resolve) => setTimeout(resolve, restMilliseconds));
      readings.push({ swaps: done, residentMegabytes: server.residentMegabytes() });
      console.error(`${runtime}: ${done} swaps, ${readings.at(-1)?.residentMegabytes} MB`);
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    return { runtime, readings, peakMegabytes, ...(await traffic.end()), seconds };
  } finally {
    await server.stop();
  }
}

/** Asks without a pause, and holds every answer against what its version says. */
class Traffic {
  #over = false;
  #answers = 0;
  #failed = 0;
  #mixed = 0;
  readonly #versions = new Set<number>();
  readonly #done: Promise<unknown>;

  constructor({ endpoint }: WatchingServer, rows: readonly (readonly number[])[], expected: readonly number[]) {
    const url = new URL(`http://127.0.0.1:${endpoint.port}/models/large/predict`);
    const headers = [["Content-Type", "application/json"]] as const;
    const requests = rows.map((values) => encodeRequest(url, { method: "POST", headers, body: JSON.stringify(values) }, true));
    const ask = async (first: number): Promise<void> => {
      const asker = new Asker(endpoint, 20_000);
      for (let index = first; !this.#over; index = (index + 1) % rows.length) {
        const asked = await asker.ask(requests[index] as Uint8Array);
        this.#answers++;
        if ("failure" in asked || asked.status !== 200) this.#failed++;
        else this.#check(new TextDecoder().decode(asked.body), expected[index] as number);
        // The machine has to be left for loading.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      asker.close();
    };
    this.#done = Promise.all(Array.from({ length: askers }, (_, index) => ask(index)));
  }

  async end(): Promise<Pick<Result, "answers" | "failed" | "mixed" | "versions">> {
    this.#over = true;
    await this.#done;
    return { answers: this.#answers, failed: this.#failed, mixed: this.#mixed, versions: this.#versions.size };
  }

  #check(body: string, trees: number): void {
    const { version, prediction } = JSON.parse(body) as { readonly version: string; readonly prediction: number };
    const found = versionOf(prediction);
    this.#versions.add(found.version);
    if (String(found.version) !== version || found.trees !== trees) this.#mixed++;
  }
}

interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly fileBytes: number;
  readonly nodes: number;
  readonly results: readonly Result[];
}

function report({ machine, command, fileBytes, nodes, results }: Report): string {
  const counts = results[0]?.readings.map(({ swaps }) => swaps) ?? [];
  const rows = results.map(({ runtime, readings, peakMegabytes, answers, failed, mixed, versions, seconds }) => {
    const [first, last] = [readings[0]?.residentMegabytes ?? Number.NaN, readings.at(-1)?.residentMegabytes ?? Number.NaN];
    const change = `**${last >= first ? "+" : ""}${((last / first - 1) * 100).toFixed(1)} %**`;
    const megabytes = readings.map(({ residentMegabytes }) => residentMegabytes);
    return `| ${[runtime, ...megabytes, change, peakMegabytes, answers, versions, failed, mixed, seconds].join(" | ")} |`;
  });
  return [
    "# Memory after swaps of a large model under load",
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; Node ${machine.node}, Bun ${machine.bun}; commit ${machine.commit}; ${machine.date}`,
    "",
    `\`${command}\`: a forest of ${nodes.toLocaleString("en")} nodes (a file of ${(fileBytes / 1e6).toFixed(0)} MB) in a watched folder is replaced by its next version`,
    `while ${askers} connections ask it. Resident megabytes of the server, ${restMilliseconds / 1000} s after every ${readEvery}th swap, the requests going on; the peak is of readings right after swaps.`,
    "Mixed are answers whose prediction is not the one of the version that they name.",
    "",
    `| runtime | ${counts.map((count) => `after ${count}`).join(" | ")} | last to first | peak | answers | versions | failed | mixed | s |`,
    `| --- | ${counts.map(() => "---").join(" | ")} | --- | --- | --- | --- | --- | --- | --- |`,
    ...rows,
    "",
  ].join("\n");
}
