/**
 * Setosa beside the model servers that people would take instead: the same forest, the same rows, one core.
 *
 *   npm run benchmark:peers [-- PEER…] [--quick]
 *
 * Each peer is measured alone with Setosa, in turns: some of them keep a core busy while nobody asks them anything.
 * Needs Linux, and `install.ts` before it. Writes results/peers.json and results/peers.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runBench } from "../../src/bench/bench.ts";
import { seededRandom } from "../../src/bench/measure/statistics.ts";
import { count, significant } from "../../src/bench/reports/numbers.ts";
import type { BenchResult } from "../../src/bench/result.ts";
import { packageVersion } from "../../src/cli/version.ts";
import type { IrisRow, Peer } from "./peer.ts";
import { peers } from "./peers.ts";
import { installedBytes } from "./size.ts";
import { startPeer } from "./start.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = fileURLToPath(new URL("./results/", import.meta.url));
const quick = process.argv.includes("--quick");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const chosen = wanted.length === 0 ? peers : peers.filter(({ id }) => wanted.includes(id));
const serverCore = "0";
const clientCore = "1";
const random = seededRandom(1);
const port = 19_500 + (process.pid % 400);
const classes = { 0: "Iris-Setosa", 1: "Iris-Versicolor", 2: "Iris-Virginica" };

const { rows } = JSON.parse(readFileSync(`${root}test/fixtures/models/iris-forest.json`, "utf8")) as { rows: IrisRow[] };
const names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const setosaBody = (row: IrisRow): string => JSON.stringify(Object.fromEntries(names.map((name, column) => [name, row[column]])));

interface Measured {
  readonly peer: string;
  readonly version: string;
  readonly startMilliseconds: number;
  readonly installedBytes: number;
  readonly result: BenchResult;
}

async function measure(peer: Peer, index: number): Promise<Measured> {
  const at = port + index * 3;
  const running = await startPeer(peer, at, serverCore);
  try {
    const { method, path, headers, body } = peer.request;
    const result = await runBench(
      {
        targets: [
          {
            name: "Setosa on Bun",
            url: new URL(`http://127.0.0.1:${at + 1}/predict`),
            start: {
              command: [process.execPath, "bin/setosa", "serve", "models/iris-forest.onnx", "--port", String(at + 1)],
              folder: root,
            },
          },
          {
            name: peer.title,
            url: new URL(`http://127.0.0.1:${at}${path}`),
            requests: rows.map((row) => ({ method, headers, body: body(row) })),
            answerForm: { labels: classes },
            ...(running.child.pid === undefined ? {} : { pid: running.child.pid }),
          },
        ],
        requests: rows.map((row) => ({ method: "POST", headers: [["Content-Type", "application/json"]], body: setosaBody(row) })),
        payload: "the 150 rows of iris, in each product's own form",
        answerForm: {},
        connections: 16,
        threads: 1,
        keepAlive: true,
        rounds: quick ? 5 : 7,
        roundSeconds: quick ? 1 : 2,
        warmupSeconds: quick ? 2 : 8,
        timeoutMilliseconds: 30_000,
        clientCores: clientCore,
        serverCores: serverCore,
        version: packageVersion(),
        command: `npm run benchmark:peers -- ${peer.id}`,
      },
      { random, date: () => new Date(), progress: () => {} },
    );
    return {
      peer: peer.title,
      version: peer.version,
      startMilliseconds: running.startMilliseconds,
      installedBytes: installedBytes(peer) ?? Number.NaN,
      result,
    };
  } finally {
    await running.stop();
  }
}

const file = `${folder}peers.json`;
const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Measured[]) : [];
const measured: Measured[] = [];
for (const [index, peer] of peers.entries()) {
  // Those that were not asked for keep the figures that they have.
  const known = before.find(({ peer: title }) => title === peer.title);
  if (!chosen.includes(peer)) {
    if (known !== undefined) measured.push(known);
    continue;
  }
  console.error(`${new Date().toISOString().slice(11, 19)} ${peer.title}`);
  measured.push(await measure(peer, index));
}

/** Setosa's figures are those of its median run; a peer's row says how many times Setosa it needs or answers. */
function table(): string[] {
  const ratio = ({ result }: Measured, measure: "answersPerSecond" | "cpuMicrosecondsPerAnswer"): number =>
    result.comparisons.find((comparison) => comparison.measure === measure)?.ratio ?? Number.NaN;
  return [
    "| server | requests/s | CPU µs per request | Setosa needs 1 / | p50 ms | p99 ms | memory MB | start-up s | installed MB |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...measured.flatMap((one) => {
      const [setosa, peer] = one.result.targets;
      const total = peer?.total;
      if (total === undefined || peer?.refusal !== undefined)
        return [`| ${one.peer} ${one.version} | refused: ${peer?.refusal?.message} |`];
      const figures = [
        count(total.answersPerSecond),
        count(total.cpuMicrosecondsPerAnswer ?? Number.NaN),
        significant(1 / ratio(one, "cpuMicrosecondsPerAnswer")),
        significant(total.latency.p50),
        significant(total.latency.p99),
        count(total.residentMegabytes ?? Number.NaN),
        significant(one.startMilliseconds / 1000),
        count(one.installedBytes / 1e6),
      ];
      const own = setosa?.total;
      const row = `| ${one.peer} ${one.version} | ${figures.join(" | ")} |`;
      if (one !== measured[0] || own === undefined) return [row];
      const setosaFigures = [
        count(own.answersPerSecond),
        significant(own.cpuMicrosecondsPerAnswer ?? Number.NaN),
        "1",
        significant(own.latency.p50),
        significant(own.latency.p99),
        count(own.residentMegabytes ?? Number.NaN),
        significant((setosa?.started?.milliseconds ?? Number.NaN) / 1000),
        "",
      ];
      return [`| Setosa on Bun | ${setosaFigures.join(" | ")} |`, row];
    }),
  ];
}

const [first] = measured;
if (first === undefined) throw new Error(`There is no such peer: ${peers.map(({ id }) => id).join(", ")}.`);
const { machine, settings, date } = first.result;
const text = [
  "# Setosa beside other model servers",
  "",
  `${machine.processor}, ${machine.cores} cores, ${machine.system}; ${date.slice(0, 10)}. \`npm run benchmark:peers\`: iris-forest, one row a request, ${settings.connections} connections, servers on one core`,
  `and the client on the other, ${settings.rounds} rounds of ${settings.roundSeconds} s in turns with Setosa. Peers answer the class; Setosa its probabilities too.`,
  "",
  ...table(),
  "",
].join("\n");
mkdirSync(folder, { recursive: true });
// Without this machine's own folders.
writeFileSync(`${folder}peers.json`, `${JSON.stringify(measured, null, 1)}\n`.replaceAll(root, ""));
writeFileSync(`${folder}peers.md`, text);
console.log(text);
process.exit(measured.some(({ result }) => result.targets.some(({ refusal }) => refusal !== undefined)) ? 1 : 0);
