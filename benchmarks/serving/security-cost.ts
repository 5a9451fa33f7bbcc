/**
 * What keys, rates, CORS and TLS cost: CPU time of the server per request, each beside the same server without, in interleaved rounds.
 *
 *   npm run benchmark:serving -- security-cost [--rounds 41] [--requests 2000]
 *
 * Needs Linux (/proc/PID/task/TID/schedstat) and openssl. Times depend on what else the machine does; ratios of one round do not.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chooseRuntime } from "../../bin/runtime.js";
import { generateKey, hashKey } from "../../src/server/access/api-key.ts";
import { formatKey } from "../../src/server/access/key-file.ts";
import { makeCertificate } from "../../test/e2e/certificate.ts";
import { type Running, type Runtime, root, runtimes, startSetosa } from "../../test/e2e/process.ts";
import { describeMachine } from "../http/machine.ts";
import { body, expected } from "../http/server.ts";
import { median, spread } from "../http/statistics.ts";
import { microsecondsPerRequest } from "./parts/processor-time.ts";

interface Contender {
  readonly name: string;
  readonly options: readonly string[];
  readonly headers: string;
  readonly tls: boolean;
  /** Beside which it is measured. */
  readonly base?: string;
}

interface Server {
  readonly contender: Contender;
  readonly running: Running;
  readonly port: number;
  readonly microseconds: number[];
}

const connections = 8;

export async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { rounds: { type: "string", default: "41" }, requests: { type: "string", default: "2000" } },
  });
  const folder = mkdtempSync(join(tmpdir(), "setosa-cost-"));
  const key = generateKey();
  const keyFile = (name: string, rate?: number) => {
    const file = join(folder, name);
    const one = { id: "client", sha256: hashKey(key), models: undefined, rate, burst: rate, admin: false };
    writeFileSync(file, `${formatKey(one)}\n`);
    return file;
  };
  const { cert, key: certKey } = makeCertificate(folder, "localhost");
  const withKey = `Authorization: Bearer ${key}\r\n`;
  const withOrigin = "Origin: https://app.example\r\n";
  // Longer than what is kept of heads: parsed, and its key hashed, for each request.
  const long = `Cookie: ${"x".repeat(1200)}\r\n`;
  const keys = ["--api-keys", keyFile("keys.jsonl")];
  const rated = ["--api-keys", keyFile("rated.jsonl", 1_000_000)];
  const tls = ["--tls-cert", cert, "--tls-key", certKey];
  const contenders: readonly Contender[] = [
    { name: "nothing", options: [], headers: "", tls: false },
    { name: "the same again", options: [], headers: "", tls: false, base: "nothing" },
    { name: "key sent, not asked for", options: [], headers: withKey, tls: false },
    { name: "keys", options: keys, headers: withKey, tls: false, base: "key sent, not asked for" },
    { name: "keys with a rate", options: rated, headers: withKey, tls: false, base: "key sent, not asked for" },
    { name: "long heads", options: [], headers: withKey + long, tls: false },
    { name: "keys, long heads", options: keys, headers: withKey + long, tls: false, base: "long heads" },
    { name: "CORS", options: ["--cors-origin", "https://app.example"], headers: withOrigin, tls: false, base: "nothing" },
    { name: "TLS", options: tls, headers: "", tls: true, base: "nothing" },
    { name: "TLS, keys with a rate", options: [...tls, ...rated], headers: withKey, tls: true, base: "TLS" },
  ];

  const tables: string[] = [];
  const results: Record<string, Record<string, readonly number[]>> = {};
  try {
    for (const runtime of runtimes) {
      const servers: Server[] = [];
      for (const contender of contenders) servers.push(await start(contender, runtime));
      for (const server of servers) await send(server, 3000);
      const requests = Number(values.requests);
      for (let round = 0; round < Number(values.rounds); round++) {
        // Another order in each round.
        for (let turn = 0; turn < servers.length; turn++) {
          const server = servers[(turn * 3 + round) % servers.length] as Server;
          server.microseconds.push(await microsecondsPerRequest(server.running.pid, requests, () => send(server, requests)));
        }
        if (round % 10 === 9)
          console.log(`${runtime}, round ${round + 1}: ${servers.map((server) => server.microseconds.at(-1)?.toFixed(1)).join(" ")}`);
      }
      for (const { running } of servers) await running.stop();
      tables.push(table(runtime, servers));
      results[runtime] = Object.fromEntries(servers.map(({ contender, microseconds }) => [contender.name, microseconds]));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const machine = describeMachine(chooseRuntime(["serve"]).bun ?? "bun");
  const command = `npm run benchmark:serving -- security-cost --rounds ${values.rounds} --requests ${values.requests}`;
  const text = [
    "# What keys, rates, CORS and TLS cost",
    "",
    `CPU time of the server per request (POST /predict, one row of iris, ${connections} kept connections): median (least–greatest) of the rounds, and the median of the ratios within each round.`,
    "",
    ...tables,
    `${new Date().toISOString().slice(0, 10)}, \`${command}\`. ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}, commit ${machine.commit}.`,
    "",
  ].join("\n");
  const out = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(`${out}security-cost.md`, text);
  writeFileSync(
    `${out}security-cost.json`,
    `${JSON.stringify({ machine, command, date: new Date().toISOString(), microseconds: results }, null, 2)}\n`,
  );
  console.log(text);
}

async function start(contender: Contender, runtime: Runtime): Promise<Server> {
  const running = startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--runtime", runtime, ...contender.options]);
  const [, port] = await running.waitFor(/Listening on https?:\/\/localhost:(\d+)/);
  return { contender, running, port: Number(port), microseconds: [] };
}

/** One request at a time on each connection. Throws for an answer that is not the right one. */
async function send({ contender, port }: Server, requests: number): Promise<void> {
  const text = `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${contender.headers}Content-Length: ${body.length}\r\n\r\n${body}`;
  let left = requests;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const address = { port, host: "127.0.0.1" };
      const socket: Socket = contender.tls ? connectTls({ ...address, rejectUnauthorized: false }) : connect({ ...address, noDelay: true });
      let received = "";
      const next = () => {
        if (left-- <= 0) socket.end();
        else socket.write(text);
      };
      socket.setEncoding("latin1").on(contender.tls ? "secureConnect" : "connect", next);
      socket.on("data", (part: string) => {
        received += part;
        if (!received.endsWith("}\n")) return;
        if (!received.startsWith("HTTP/1.1 200") || !received.includes(expected)) {
          reject(new Error(`${contender.name}: ${received}`));
          socket.destroy();
          return;
        }
        received = "";
        next();
      });
      socket.on("error", reject).on("close", () => resolve());
    });
  await Promise.all(Array.from({ length: connections }, client));
}

function table(runtime: Runtime, servers: readonly Server[]): string {
  const rows = servers.map(({ contender, microseconds }) => {
    const base = servers.find((other) => other.contender.name === contender.base);
    const ratios = microseconds.map((value, round) => value / (base?.microseconds[round] ?? Number.NaN));
    const ratio = base === undefined ? "" : `${median(ratios).toFixed(2)} × ${contender.base}`;
    return `| ${contender.name} | ${spread(microseconds, 1)} | ${ratio} |`;
  });
  return [`## ${runtime}`, "", "| | µs per request | ratio |", "| --- | --- | --- |", ...rows, ""].join("\n");
}
