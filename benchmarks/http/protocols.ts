/**
 * What the same predictions cost by each protocol: CPU time of the server per request and requests per second, beside `/predict`, on both
 * runtimes, for one row and for many, of a forest and of a model with 30 features.
 *
 *   npm run benchmark:http -- protocols [--rounds 11] [--milliseconds 80]
 *
 * Needs Linux (/proc/PID/task/TID/schedstat), and taskset for pinning. Writes results/protocols.{json,md}; takes about four minutes.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chooseRuntime } from "../../bin/runtime.js";
import { loadModel } from "../../src/models/load-model.ts";
import { microsecondsPerRequest, rotated } from "../serving/parts/processor-time.ts";
import { describeMachine } from "./machine.ts";
import { unpackPackage } from "./package.ts";
import { atOnce, type Done, type Job } from "./protocols/client.ts";
import { loadGrpc } from "./protocols/grpc-load.ts";
import { askOnce } from "./protocols/http-load.ts";
import { type ProtocolResults, protocolReport, type WayFigures } from "./protocols/report.ts";
import { clientCore, type ProtocolServer, pinned, startProtocolServer } from "./protocols/servers.ts";
import { type Asked, type Way, ways } from "./protocols/ways.ts";
import { root, runtimes } from "./server.ts";

const models = ["iris-forest", "breast-cancer"] as const;
const counts = [1, 100] as const;
const platforms = ["none", "sagemaker", "vertex"] as const;

interface Contender {
  readonly way: Way;
  readonly server: ProtocolServer;
  readonly job: Omit<Job, "count">;
  readonly figures: WayFigures & { readonly cpuMicroseconds: number[]; readonly requestsPerSecond: number[] };
  /** Requests of a round. */
  count: number;
}

export async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { rounds: { type: "string", default: "11" }, milliseconds: { type: "string", default: "80" } },
  });
  const rounds = Number(values.rounds);
  const setosa = unpackPackage();
  const client = startClient();
  const figures: WayFigures[] = [];
  try {
    for (const model of models) figures.push(...(await measureModel(setosa, model, client, rounds, Number(values.milliseconds))));
  } finally {
    client.stop();
  }
  const bun = chooseRuntime(["serve"]).bun ?? "bun";
  const command = `npm run benchmark:http -- protocols --rounds ${rounds} --milliseconds ${values.milliseconds}`;
  const results: ProtocolResults = { machine: describeMachine(bun), command, date: new Date().toISOString(), rounds, figures };
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}protocols.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${folder}protocols.md`, protocolReport(results));
  console.log(protocolReport(results));
}

async function measureModel(setosa: string, model: string, client: Client, rounds: number, milliseconds: number): Promise<WayFigures[]> {
  const kinds = runtimes.flatMap((runtime) => platforms.map((platform) => ({ runtime, platform })));
  const servers = await Promise.all(kinds.map(({ runtime, platform }) => startProtocolServer(setosa, runtime, platform, model)));
  try {
    const contenders: Contender[] = [];
    for (const rows of counts) {
      const asked = await askedOf(model, rows);
      for (const server of servers)
        for (const way of ways)
          if (way.platform === server.platform && (rows === 1 || way.single !== true)) contenders.push(await contender(way, server, asked));
    }
    // Until it is compiled, and to know how many requests are a round's share of time.
    for (const one of contenders) {
      const first = await client.send({ ...one.job, count: 200 });
      one.count = Math.max(20, Math.round((200 / first) * (milliseconds / 1000)));
      await client.send({ ...one.job, count: 4 * one.count });
    }
    for (let round = 0; round < rounds; round++) {
      console.log(`${model}, round ${round + 1} of ${rounds}`);
      for (const one of rotated(contenders, round * 7)) {
        let seconds = Number.NaN;
        const cpu = await microsecondsPerRequest(one.server.pid, one.count, async () => {
          seconds = await client.send({ ...one.job, count: one.count });
        });
        one.figures.cpuMicroseconds.push(cpu);
        one.figures.requestsPerSecond.push(one.count / seconds);
      }
    }
    return contenders.map((one) => one.figures);
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Rows of the data that the model was trained with. */
async function askedOf(name: string, count: number): Promise<Asked> {
  const { graph, signature } = await loadModel(`${root}models/${name}.onnx`);
  const { rows } = JSON.parse(readFileSync(`${root}test/fixtures/models/${name}.json`, "utf8")) as { rows: number[][] };
  const { task } = signature;
  if (task.kind !== "classification") throw new Error(`${name} has no classes`);
  return {
    model: name,
    features: signature.features.map((feature) => feature.name),
    input: graph.inputs[0]?.name ?? "",
    classes: task.classes,
    rows: Array.from({ length: count }, (_, index) => rows[(index * 37) % rows.length] ?? []),
  };
}

/** Asks once, and sees that the labels are those of every other way. */
async function contender(way: Way, server: ProtocolServer, asked: Asked): Promise<Contender> {
  const { path, headers, body } = way.request(asked);
  const sent = body === undefined ? undefined : Buffer.from(body);
  const port = way.transport === "gRPC" ? server.grpcPort : server.port;
  const connections = way.connections ?? atOnce;
  const answer =
    way.transport === "http"
      ? await askOnce(port, { path, headers, body: sent })
      : {
          body: await loadGrpc(port, { path, body: sent ?? Buffer.alloc(0) }, undefined, { count: 1, connections: 1, atOnce: 1 }),
          headers: new Map(),
        };
  const [labels, expected] = [way.labels(answer.body, answer.headers, asked).map(String), (await labelsOf(asked)).map(String)];
  if (labels.join() !== expected.join())
    throw new Error(
      `${way.name} answers ${labels.slice(0, 3)} instead of ${expected.slice(0, 3)}: ${answer.body.toString("latin1").slice(0, 500)}`,
    );
  return {
    way,
    server,
    job: {
      transport: way.transport,
      port,
      path,
      headers,
      body: sent?.toString("base64"),
      expected: answer.body.toString("base64"),
      connections,
    },
    figures: {
      way: way.name,
      model: asked.model,
      rows: asked.rows.length,
      runtime: server.runtime,
      cpuMicroseconds: [],
      requestsPerSecond: [],
    },
    count: 0,
  };
}

/** As the library predicts them. */
async function labelsOf({ model, rows }: Asked): Promise<readonly unknown[]> {
  const loaded = await loadModel(`${root}models/${model}.onnx`);
  return loaded.predictMany(rows).map(({ prediction }) => prediction);
}

interface Client {
  /** @returns seconds */
  send(job: Job): Promise<number>;
  stop(): void;
}

function startClient(): Client {
  const script = fileURLToPath(new URL("./protocols/client.ts", import.meta.url));
  const [file, ...args] = pinned(clientCore, [process.execPath, "--import", "tsx", script]);
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    send: async (job) => {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the client has ended");
      const result = JSON.parse(value) as Done;
      if ("error" in result) throw new Error(`${job.path}: ${result.error}`);
      return result.seconds;
    },
    stop: () => void child.kill(),
  };
}
