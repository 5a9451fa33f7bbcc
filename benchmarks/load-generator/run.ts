/**
 * Validates the bench's own load generator: wrk, hey and it ask the same servers in the same run, one core for the
 * client and one for the server.
 *
 *   npm run benchmark:load-generator [-- --quick]
 *
 * Where neither server nor client is at its limit, they have to agree. Against a responder that does nothing, each shows
 * its ceiling. Needs Linux with taskset, wrk and hey. Writes results/load-generator.json and .md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endpointOf } from "../../src/bench/client/ask.ts";
import { LoadPool } from "../../src/bench/client/load-pool.ts";
import { encodeRequest, type RequestPlan } from "../../src/bench/client/request.ts";
import { describeMachine } from "../../src/bench/machine.ts";
import { median, medianInterval, seededRandom, shuffle } from "../../src/bench/measure/statistics.ts";
import { pinSelf } from "../../src/bench/process/pinning.ts";
import { StartedServer, waitFor } from "../../src/bench/process/started-server.ts";
import { type Run, runHey, runWrk } from "./contenders.ts";

const quick = process.argv.includes("--quick");
const rounds = quick ? 3 : 7;
const seconds = quick ? 1 : 2;
const connections = 16;
const serverCore = "0";
const clientCore = "1";
const random = seededRandom(1);

const root = fileURLToPath(new URL("../../", import.meta.url));
// Many rows, so that the server takes several times as long as the slowest client.
const body = JSON.stringify(Array.from({ length: 50 }, (_, index) => [4 + index / 20, 2 + index / 30, 1 + index / 10, index / 20]));
const request: RequestPlan = { method: "POST", headers: [["Content-Type", "application/json"]], body };

/** By name: a server at its limit, one that nobody brings to a limit, and one that is quicker than any client. */
const servers: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  {
    name: "setosa on Node, 50 rows of iris-forest",
    command: [process.execPath, "bin/setosa", "serve", "models/iris-forest.onnx", "--runtime", "node", "--port", "0"],
  },
  { name: "a server that waits 5 ms: nobody is at a limit", command: [process.execPath, "benchmarks/load-generator/waiting-server.js"] },
  { name: "a responder that does nothing", command: [process.execPath, "src/bench/client/responder.js", "160"] },
];

pinSelf(clientCore);
const pool = new LoadPool(1);
const contenders: Readonly<Record<string, (url: URL) => Promise<Run>>> = {
  setosa: async (url) => {
    const endpoint = await endpointOf(url);
    const bytes = encodeRequest(url, request, true);
    const result = await pool.run({
      endpoint,
      requests: [bytes],
      offset: 0,
      expected: [],
      answerForm: {},
      connections,
      seconds,
      timeoutMilliseconds: 10_000,
    });
    if (Object.keys(result.failures).length > 0) throw new Error(`failures: ${JSON.stringify(result.failures)}`);
    return { answersPerSecond: result.answers / result.seconds, busy: result.busy };
  },
  wrk: (url) => runWrk(url, request, connections, seconds),
  hey: (url) => runHey(url, request, connections, seconds),
};
const names = Object.keys(contenders);

const measured = [];
for (const { name, command } of servers) {
  const server = new StartedServer({ command, folder: root }, serverCore);
  try {
    const port = await waitFor(server, 20, () => server.listeningPort());
    if (port === undefined) throw new Error(`${name} does not listen: ${server.ended}`);
    const url = new URL(`http://127.0.0.1:${port}/predict`);
    // The server's and our own just-in-time compilers first.
    for (let slice = 0; slice < 3; slice++) await contenders.setosa?.(url);
    const runs: Record<string, Run[]> = Object.fromEntries(names.map((contender) => [contender, []]));
    for (let round = 0; round < rounds; round++)
      for (const contender of shuffle([...names], random))
        runs[contender]?.push(await (contenders[contender] as (at: URL) => Promise<Run>)(url));
    measured.push({ name, runs });
    console.error(`${name}: done`);
  } finally {
    await server.stop();
  }
}
await pool.close();

const machine = describeMachine();
const date = new Date().toISOString();
const lines = measured.flatMap(({ name, runs }) => [
  `## ${name}`,
  "",
  "| client | answers/s | its core busy | setosa / it, median (95 % interval) |",
  "| --- | --- | --- | --- |",
  ...names.map((contender) => {
    const own = runs[contender] as Run[];
    const ratios = own.map(({ answersPerSecond }, round) => (runs.setosa?.[round]?.answersPerSecond ?? Number.NaN) / answersPerSecond);
    const [low, high] = medianInterval(ratios, random);
    const ratio = contender === "setosa" ? "" : `${median(ratios).toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
    return `| ${contender} | ${Math.round(median(own.map((run) => run.answersPerSecond)))} | ${Math.round(median(own.map((run) => run.busy)) * 100)} % | ${ratio} |`;
  }),
  "",
]);
const text = [
  "# The load generator beside wrk and hey",
  "",
  `${machine.processor}, ${machine.cores} cores, ${machine.system}, ${machine.runtime}; ${date}. \`npm run benchmark:load-generator${quick ? " -- --quick" : ""}\`: ${rounds} rounds of ${seconds} s,`,
  `${connections} connections, every client on core ${clientCore}, the server on core ${serverCore}, in random order.`,
  "",
  ...lines,
].join("\n");
const folder = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}load-generator.json`, `${JSON.stringify({ machine, date, rounds, seconds, connections, measured }, null, 1)}\n`);
writeFileSync(`${folder}load-generator.md`, text);
console.log(text);
