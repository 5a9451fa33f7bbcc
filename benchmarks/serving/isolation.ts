import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { LoadPool } from "../../src/bench/client/load-pool.ts";
import { encodeRequest } from "../../src/bench/client/request.ts";
import { LatencyHistogram } from "../../src/bench/measure/histogram.ts";
import { pinSelf } from "../../src/bench/process/pinning.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { body, type Runtime, root } from "../http/server.ts";
import { LargeForest } from "./parts/large-forest.ts";
import { startWatching, type WatchingServer } from "./parts/watching-server.ts";

/*
 * What requests to one model notice of another one being loaded: requests at a fixed rate, timed from when they were due,
 * in windows without and with a large model being loaded all the time, in turn. Once as the server does it, and once with
 * loading in the thread that serves.
 * Arguments: rounds (6), seconds of a window (5), requests per second (400).
 */

interface Window {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly answers: number;
  readonly failures: number;
  readonly loads: number;
}

interface Result {
  readonly runtime: Runtime;
  readonly how: "in a process of its own" | "in the serving thread";
  readonly quiet: Window[];
  readonly loading: Window[];
  /** Of all windows together. */
  readonly together: { readonly quiet: Window; readonly loading: Window };
}

const serverCore = "0";
const clientCore = "1";
const ways = ["in a process of its own", "in the serving thread"] as const;

export async function run(argv: readonly string[]): Promise<void> {
  const [rounds = 6, seconds = 5, rate = 400] = argv.map(Number);
  const forest = new LargeForest(100);
  const results: Result[] = [];
  // The client has a core of its own, and a thread: what this one does beside it must not be taken for the server's.
  pinSelf(clientCore);
  const pool = new LoadPool(1);
  for (const runtime of ["bun", "node"] as const) {
    const contenders = await Promise.all(ways.map((how) => Contender.start(runtime, how, forest, pool)));
    for (const contender of contenders) await contender.window(seconds, rate, false);
    for (const contender of contenders) contender.forget();
    for (let round = 0; round < rounds; round++)
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        await contender.window(seconds, rate, false);
        await contender.window(seconds, rate, true);
      }
    for (const contender of contenders) {
      results.push(contender.result());
      await contender.stop();
    }
  }
  await pool.close();
  const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;
  const command = `npm run benchmark:serving -- isolation ${rounds} ${seconds} ${rate}`;
  const size = forest.file(1).length;
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const all = { machine: describeMachine(bun), command, rounds, seconds, rate, fileBytes: size, nodes: forest.nodes, results };
  writeFileSync(new URL("isolation.json", folder), `${JSON.stringify(all, null, 1)}\n`);
  writeFileSync(new URL("isolation.md", folder), report(all));
  console.log(readFileSync(new URL("isolation.md", folder), "utf8"));
}

class Contender {
  readonly #runtime: Runtime;
  readonly #how: Result["how"];
  readonly #server: WatchingServer;
  readonly #pool: LoadPool;
  #next = 0;
  #loads = 0;
  #quiet: Window[] = [];
  #loading: Window[] = [];
  readonly #all = { quiet: new LatencyHistogram(), loading: new LatencyHistogram() };

  private constructor(runtime: Runtime, how: Result["how"], server: WatchingServer, pool: LoadPool) {
    this.#runtime = runtime;
    this.#how = how;
    this.#server = server;
    this.#pool = pool;
  }

  static async start(runtime: Runtime, how: Result["how"], forest: LargeForest, pool: LoadPool): Promise<Contender> {
    // Written before anything is timed: from then on they take each other's place.
    const spare = { a: forest.file(2), b: forest.file(3) };
    const files = { "iris.onnx": readFileSync(`${root}models/iris.onnx`), "large.onnx": forest.file(1) };
    return new Contender(runtime, how, await startWatching(runtime, { inThread: how === ways[1], files, spare, cores: serverCore }), pool);
  }

  async window(seconds: number, rate: number, isLoading: boolean): Promise<void> {
    const url = new URL(`http://127.0.0.1:${this.#server.endpoint.port}/models/iris/predict`);
    const request = encodeRequest(url, { method: "POST", headers: [["Content-Type", "application/json"]], body }, true);
    let over = false;
    const first = this.#loads;
    // One load after the other: the file is replaced again when it has been loaded.
    const loading = async (): Promise<void> => {
      while (!over) {
        this.#server.exchange("large.onnx", ++this.#next % 2 === 0 ? "a" : "b");
        await this.#server.loaded(++this.#loads);
      }
    };
    const loaded = isLoading ? loading() : Promise.resolve();
    const { latency, statuses, failures } = await this.#pool.run({
      endpoint: this.#server.endpoint,
      requests: [request],
      offset: 0,
      expected: [undefined],
      answerForm: {},
      connections: 32,
      rate,
      seconds,
      timeoutMilliseconds: 20_000,
    });
    over = true;
    await loaded;
    this.#all[isLoading ? "loading" : "quiet"].add(latency.data());
    const refused = Object.entries(statuses).reduce((sum, [status, count]) => sum + (status === "200" ? 0 : count), 0);
    const failed = Object.values(failures).reduce((sum, count) => sum + count, refused);
    (isLoading ? this.#loading : this.#quiet).push({ ...figures(latency), failures: failed, loads: this.#loads - first });
  }

  /** What was measured so far is warming up. */
  forget(): void {
    this.#quiet = [];
    this.#loading = [];
    for (const key of ["quiet", "loading"] as const) this.#all[key] = new LatencyHistogram();
  }

  result(): Result {
    const sum = (windows: Window[], key: "failures" | "loads") => windows.reduce((total, window) => total + window[key], 0);
    const of = (key: "quiet" | "loading", windows: Window[]): Window => ({
      ...figures(this.#all[key]),
      failures: sum(windows, "failures"),
      loads: sum(windows, "loads"),
    });
    return {
      runtime: this.#runtime,
      how: this.#how,
      quiet: this.#quiet,
      loading: this.#loading,
      together: { quiet: of("quiet", this.#quiet), loading: of("loading", this.#loading) },
    };
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function figures(histogram: LatencyHistogram): Pick<Window, "p50" | "p99" | "max" | "answers"> {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => Number(histogram.percentile(share).toPrecision(4))) as [number, number, number];
  return { p50, p99, max, answers: histogram.count };
}

interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly rate: number;
  readonly fileBytes: number;
  readonly nodes: number;
  readonly results: readonly Result[];
}

function report({ machine, command, rounds, seconds, rate, fileBytes, nodes, results }: Report): string {
  const rows = results.map(({ runtime, how, together: { quiet, loading }, quiet: quietOnes, loading: loadingOnes }) => {
    const ratios = loadingOnes.map((window, index) => window.p99 / (quietOnes[index]?.p99 ?? Number.NaN)).sort((a, b) => a - b);
    const cells = [
      runtime,
      how,
      quiet.p50,
      quiet.p99,
      quiet.max,
      loading.p50,
      loading.p99,
      loading.max,
      `**${(loading.p99 / quiet.p99).toFixed(2)}**`,
      `${ratios[0]?.toFixed(2)}–${ratios.at(-1)?.toFixed(2)}`,
      loading.loads,
      quiet.failures + loading.failures,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "# What requests to one model notice of another one being loaded",
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; Node ${machine.node}, Bun ${machine.bun}; commit ${machine.commit}; ${machine.date}`,
    "",
    `\`${command}\`: one row of iris per request, ${rate} requests per second from an open loop, timed from when each was due; ${rounds} rounds of`,
    `${seconds} s without and ${seconds} s with a forest of ${nodes.toLocaleString("en")} nodes (a file of ${(fileBytes / 1e6).toFixed(0)} MB) being loaded next to it, again and again, in turn.`,
    "The server's way is the process of its own; the other one is for contrast. Milliseconds; the ratio is of the p99 of all windows with loading to that of all without,",
    "beside it the least and the greatest of the rounds'.",
    "",
    "| runtime | loading | p50 | p99 | max | p50 while loading | p99 while loading | max | p99 ratio | rounds | loads | failures |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
