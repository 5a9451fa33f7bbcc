/**
 * What a batch of 1,000 rows of 30 float32 features costs as binary tensors of the Open Inference Protocol, beside what its kernel costs.
 * In process: the handler (JSON head, tensors, checks, answer) against the kernel alone, in turns. Over a socket: the whole request
 * against one to the same process and transport that has nothing but the kernel behind it, in turns on two kept connections. A figure is
 * the median of the ratios of neighbours.
 *
 *   npm run benchmark:serving -- binary-tensors [--quick]
 *
 * Writes results/binary-tensors.{md,json}; takes about a minute.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { median } from "../../src/bench/measure/statistics.ts";
import { describeMachine } from "../http/machine.ts";
import { binaryRequest, features, rows } from "./parts/binary-tensors-models.ts";

interface InProcess {
  readonly name: string;
  readonly kernelMicroseconds: number;
  readonly handlerMicroseconds: number;
  readonly ratio: number;
  readonly runs: number;
}

interface Result extends InProcess {
  readonly runtime: string;
  /** Microseconds of a request, sent to answered. */
  readonly bareMicroseconds: number;
  readonly requestMicroseconds: number;
  readonly socketRatio: number;
  readonly requests: number;
}

/** Of the first runs nothing is counted. */
const warmUp = 30;

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const bun = chooseRuntime(["serve"]).bun ?? "bun";
  const commands = { bun: [bun], node: [process.execPath, "--import", "tsx"] } as const;
  const results: Result[] = [];
  for (const [runtime, command] of Object.entries(commands))
    results.push(...(await measure(runtime, command, quick ? 400 : 4000, quick ? 60 : 1000)));
  const all = { machine: describeMachine(bun), command: `npm run benchmark:serving -- binary-tensors${quick ? " --quick" : ""}`, results };
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}binary-tensors.json`, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${folder}binary-tensors.md`, report(all.command, results));
  console.log(report(all.command, results));
}

async function measure(runtime: string, [file = "", ...args]: readonly string[], budget: number, requests: number): Promise<Result[]> {
  const script = fileURLToPath(new URL("./parts/binary-tensors-server.ts", import.meta.url));
  const child = spawn(file, [...args, script, String(budget)], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    console.error("start");
    for await (const line of createInterface({ input: child.stdout })) {
      const { port, results } = JSON.parse(line) as { port: number; results: readonly InProcess[] };
      const measured: Result[] = [];
      for (const result of results) measured.push({ runtime, ...result, ...(await overSocket(port, result.name, requests)) });
      return measured;
    }
    throw new Error(`${runtime} ended before it served`);
  } finally {
    child.kill();
  }
}

async function overSocket(port: number, name: string, requests: number) {
  const about = (await (await fetch(`http://127.0.0.1:${port}/v2/models/${name}`)).json()) as { inputs: { name: string }[] };
  const example = new Array(features).fill(1);
  const graph = { inputs: about.inputs } as unknown as Parameters<typeof binaryRequest>[0]["graph"];
  const { body, headers, values } = binaryRequest({
    name,
    graph,
    signature: { example } as unknown as Parameters<typeof binaryRequest>[0]["signature"],
  });
  console.error("about", name);
  const whole = message(`/v2/models/${name}/infer`, headers, body);
  const bare = message(`/bare/${name}`, {}, Buffer.from(values.buffer));
  const [wholeClient, bareClient] = [await Client.open(port), await Client.open(port)];
  const times: { whole: number[]; bare: number[] } = { whole: [], bare: [] };
  for (let round = 0; round < requests + warmUp; round++) {
    const both = [["whole", wholeClient, whole] as const, ["bare", bareClient, bare] as const];
    for (const [kind, client, bytes] of round % 2 === 0 ? both : both.reverse()) {
      const microseconds = await client.ask(bytes);
      if (round < 2) console.error(kind, microseconds);
      if (round >= warmUp) times[kind].push(microseconds);
    }
  }
  wholeClient.close();
  bareClient.close();
  return {
    bareMicroseconds: median(times.bare),
    requestMicroseconds: median(times.whole),
    socketRatio: median(times.whole.map((time, index) => time / (times.bare[index] as number))),
    requests,
  };
}

function message(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries({ host: "localhost", "content-length": String(body.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`), body]);
}

/** One kept connection, one request at a time. */
class Client {
  readonly #socket: Socket;
  #left = -1;
  #answered: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#take(bytes));
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(new Client(socket)));
      socket.on("error", reject);
    });
  }

  /** @returns microseconds until the whole answer was there */
  ask(bytes: Buffer): Promise<number> {
    const started = performance.now();
    return new Promise((resolve) => {
      this.#left = -1;
      this.#answered = () => resolve((performance.now() - started) * 1000);
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The head comes in one piece: it is written at once. */
  #take(bytes: Buffer): void {
    if (this.#left < 0) {
      const end = bytes.indexOf("\r\n\r\n");
      const head = bytes.toString("latin1", 0, end);
      const length = /\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (!head.startsWith("HTTP/1.1 200") || length === undefined) throw new Error(`refused: ${bytes.toString("latin1", 0, 600)}`);
      this.#left = Number(length) - (bytes.length - end - 4);
    } else this.#left -= bytes.length;
    if (this.#left === 0) this.#answered?.();
  }
}

function report(command: string, results: readonly Result[]): string {
  const micro = (value: number) => value.toFixed(0);
  const lines = results.map(
    (result) =>
      `| ${result.runtime} | ${result.name} | ${micro(result.kernelMicroseconds)} | ${micro(result.handlerMicroseconds)} | ${result.ratio.toFixed(2)} | ${micro(result.bareMicroseconds)} | ${micro(result.requestMicroseconds)} | ${result.socketRatio.toFixed(2)} |`,
  );
  return `# Binary tensors

${rows.toLocaleString("en")} rows of ${features} float32 features in one request of the Open Inference Protocol, tensors as bytes both ways. Microseconds are medians, ratios medians of
neighbours. The kernel alone has its inputs already; "bare" is the same transport with the kernel and two copies behind it.

\`${command}\`

| runtime | model | kernel, µs | handler, µs | handler / kernel | bare request, µs | request, µs | request / bare |
| ------- | ----- | ---------- | ----------- | ---------------- | ---------------- | ----------- | -------------- |
${lines.join("\n")}
`;
}
