/**
 * How long others wait while a server has something large to do: a network on onnxruntime that takes some 200 ms a request,
 * and requests of 100,000 rows for a compiled model. Small requests go out at a fixed rate, with the large ones and without
 * them in turn, and are timed from when they were due: what they wait longer is the event loop's lag.
 *
 *   npm run benchmark:serving -- loop-lag [--quick]
 *
 * Server and client have a core each. Needs Linux with taskset. Writes results/loop-lag.json and .md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endpointOf } from "../../src/bench/client/ask.ts";
import { LoadPool, type MergedLoad } from "../../src/bench/client/load-pool.ts";
import { encodeRequest, type RequestPlan } from "../../src/bench/client/request.ts";
import { describeMachine } from "../../src/bench/machine.ts";
import { median } from "../../src/bench/measure/statistics.ts";
import { pinSelf } from "../../src/bench/process/pinning.ts";
import { StartedServer, waitFor } from "../../src/bench/process/started-server.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { model, node } from "../../test/onnx/tiny-models.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const serverCore = "0";
const clientCore = "1";
const width = 2048;
const layers = 600;
const probesPerSecond = 200;

/** Six hundred products of 2048 × 2048, some 200 ms a row, behind an operator that only onnxruntime runs. */
function deepNetwork(): Uint8Array {
  const random = seededRandom(1);
  const weights = Float32Array.from({ length: width * width }, () => (random() - 0.5) / Math.sqrt(width / 12));
  const pool = node("LpPool", ["x"], ["x0"], { kernel_shape: { kind: "ints", value: Float64Array.of(1) } });
  return model({
    inputs: [{ name: "x", dtype: "float32", shape: ["n", 1, width] }],
    outputs: [{ name: `x${layers}`, dtype: "float32", shape: ["n", 1, width] }],
    constants: new Map([["weights", tensor("float32", [width, width], weights)]]),
    nodes: [pool, ...Array.from({ length: layers }, (_, index) => node("MatMul", [`x${index}`, "weights"], [`x${index + 1}`]))],
  });
}

interface Round {
  readonly alone: Lag;
  readonly beside: Lag;
  /** Of the large requests. */
  readonly large: { readonly answers: number; readonly p50: number };
}

interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly greatest: number;
}

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const rounds = quick ? 3 : 9;
  const seconds = quick ? 2 : 4;
  const folder = mkdtempSync(join(tmpdir(), "setosa-loop-lag-"));
  const deep = join(folder, "deep.onnx");
  writeFileSync(deep, deepNetwork());
  pinSelf(clientCore);
  // Threads of their own: taking in a large answer must not delay the small ones.
  const [probes, large] = [new LoadPool(1), new LoadPool(1)];
  const row = Array.from({ length: width }, (_, index) => (index % 17) / 17);
  const many = Array.from({ length: 100_000 }, (_, index) => [4 + index / 50_000, 3.1, 1 + index / 20_000, 0.2]);
  const cases = [
    {
      name: "a network of 200 ms on onnxruntime",
      path: "/models/deep/predict",
      body: JSON.stringify({ instances: [[row]] }),
      connections: 4,
    },
    { name: "100,000 rows a request, compiled", path: "/models/iris-forest/predict", body: JSON.stringify(many), connections: 2 },
  ];
  const results: { name: string; runtime: string; rounds: Round[] }[] = [];
  try {
    for (const runtime of ["bun", "node"]) {
      const command = [process.execPath, "bin/setosa", "serve", deep, "models/iris-forest.onnx", "--runtime", runtime, "--port", "0"];
      const server = new StartedServer({ command, folder: root }, serverCore);
      try {
        const port = await waitFor(server, 60, () => server.listeningPort());
        if (port === undefined) throw new Error(`${command.join(" ")} does not listen: ${server.ended}`);
        const send = async (
          pool: LoadPool,
          path: string,
          body: string,
          connections: number,
          rate: number | undefined,
          duration: number,
        ): Promise<MergedLoad> => {
          const url = new URL(`http://127.0.0.1:${port}${path}`);
          const plan: RequestPlan = { method: "POST", headers: [["Content-Type", "application/json"]], body };
          const load = await pool.run({
            endpoint: await endpointOf(url),
            requests: [encodeRequest(url, plan, true)],
            offset: 0,
            expected: [],
            answerForm: {},
            connections,
            ...(rate === undefined ? {} : { rate }),
            seconds: duration,
            timeoutMilliseconds: 60_000,
          });
          const { "status 503": refused = 0, ...failures } = load.failures;
          if (Object.keys(failures).length > 0 || refused > load.answers / 10) throw new Error(`${path}: ${JSON.stringify(load.failures)}`);
          return load;
        };
        const probe = (duration: number) => send(probes, "/models/iris-forest/predict", "[5.1,3.5,1.4,0.2]", 64, probesPerSecond, duration);
        await probe(2);
        for (const { name, path, body, connections } of cases) {
          await send(large, path, body, connections, undefined, 1);
          const measured: Round[] = [];
          for (let round = 0; round < rounds; round++) {
            const alone = lagOf(await probe(seconds));
            const besides = send(large, path, body, connections, undefined, seconds);
            const beside = lagOf(await probe(seconds));
            const { answers, latency } = await besides;
            measured.push({ alone, beside, large: { answers, p50: latency.latency().p50 } });
            console.error(`${runtime} ${name}: ${JSON.stringify(measured.at(-1))}`);
          }
          results.push({ name, runtime, rounds: measured });
        }
      } finally {
        await server.stop();
      }
    }
  } finally {
    await Promise.all([probes.close(), large.close()]);
    rmSync(folder, { recursive: true });
  }
  const text = report(results, rounds, seconds, argv);
  console.log(text);
  const target = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(target, { recursive: true });
  writeFileSync(`${target}loop-lag.md`, text);
  writeFileSync(
    `${target}loop-lag.json`,
    `${JSON.stringify({ machine: describeMachine(), date: new Date().toISOString(), results }, null, 1)}\n`,
  );
}

function lagOf({ latency }: MergedLoad): Lag {
  const { p50, p99, greatest } = latency.latency();
  return { p50, p99, greatest };
}

function report(
  results: readonly { name: string; runtime: string; rounds: readonly Round[] }[],
  rounds: number,
  seconds: number,
  argv: readonly string[],
): string {
  const machine = describeMachine();
  const mid = (all: readonly Round[], of: (round: Round) => number): string => median(all.map(of)).toFixed(1);
  const rows = results.map(
    ({ name, runtime, rounds: all }) =>
      `| ${name} | ${runtime} | ${mid(all, ({ large }) => large.p50)} | ${mid(all, ({ alone }) => alone.p99)} | ${mid(all, ({ beside }) => beside.p99)} | ${mid(all, ({ alone, beside }) => beside.p99 - alone.p99)} | ${mid(all, ({ beside }) => beside.p50)} |`,
  );
  return [
    "# Small requests beside something large",
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, ${machine.runtime}; ${new Date().toISOString()}. \`npm run benchmark:serving -- loop-lag${argv.map((arg) => ` ${arg}`).join("")}\`: ${rounds} rounds of ${seconds} s,`,
    `medians, in milliseconds; server on core ${serverCore}, client on core ${clientCore}. One row of iris-forest, ${probesPerSecond} times a second, timed from when it was due.`,
    "",
    "| beside | runtime | a large request takes | p99 alone | p99 beside it | more | p50 beside it |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
  ].join("\n");
}
