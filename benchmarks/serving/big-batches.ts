import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { ArrowMessages, headers } from "../../src/protocols/predict/arrow/messages.ts";
import { mediaTypes, type TableFormat } from "../../src/protocols/predict/tables/formats.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { body, hasTaskset, processTree, type Runtime, root, runtimes, startServer } from "../http/server.ts";
import { arrowBody, csvBody } from "./parts/big-tables.ts";

/*
 * Many rows of iris-forest in one request, as CSV and as Arrow, with a new server for each: rows per second, what the server's process takes at its peak, and
 * how long a small request beside it waits, which is sent again and again on a connection of its own.
 * Arguments: rows (1000000).
 */

interface Case {
  readonly name: string;
  readonly input: Exclude<TableFormat, "json">;
  readonly output: TableFormat;
  readonly body: (rows: number) => Iterable<Uint8Array>;
}

const cases: readonly Case[] = [
  { name: "CSV in, CSV out", input: "csv", output: "csv", body: csvBody },
  { name: "CSV in, JSON out", input: "csv", output: "json", body: csvBody },
  { name: "Arrow in batches of 65,536 rows, Arrow out", input: "arrow", output: "arrow", body: (rows) => arrowBody(rows, 65_536) },
  { name: "Arrow in one batch, Arrow out", input: "arrow", output: "arrow", body: (rows) => arrowBody(rows, rows) },
  { name: "Arrow in batches of 65,536 rows, CSV out", input: "arrow", output: "csv", body: (rows) => arrowBody(rows, 65_536) },
];

interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly answers: number;
}

interface Result {
  readonly runtime: Runtime;
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly megabytesIn: number;
  readonly megabytesOut: number;
  readonly peakBefore: number;
  readonly peakMegabytes: number;
  readonly alone: Waits;
  readonly beside: Waits;
}

export async function run(argv: readonly string[]): Promise<void> {
  const [rows = 1_000_000] = argv.map(Number);
  const results: Result[] = [];
  for (const each of cases) for (const runtime of runtimes) results.push(await measure(each, runtime, rows));
  const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const all = { machine: describeMachine(bun), command: `npm run benchmark:serving -- big-batches ${rows}`, rows, results };
  writeFileSync(new URL("big-batches.json", folder), `${JSON.stringify(all, null, 1)}\n`);
  writeFileSync(new URL("big-batches.md", folder), report(all));
  console.log(readFileSync(new URL("big-batches.md", folder), "utf8"));
}

async function measure({ name, input, output, body: bodyOf }: Case, runtime: Runtime, rows: number): Promise<Result> {
  const port = await freePort();
  const command = [process.execPath, `${root}bin/setosa`, "serve", "models/iris-forest.onnx", "--runtime", runtime, "--port", String(port)];
  const server = await startServer(command, port, hasTaskset ? 0 : undefined);
  try {
    // Both forms have run before anything is timed.
    await post(port, input, output, bodyOf(20_000), 20_000);
    // Made before: what this thread does beside the small requests must not be taken for the server's.
    const parts = [...bodyOf(rows)];
    const small = new SmallRequests(port);
    const alone = await small.during(new Promise((resolve) => setTimeout(resolve, 1000)));
    const peakBefore = peak(server.child.pid);
    const started = performance.now();
    let sent: Sent | undefined;
    const beside = await small.during(
      post(port, input, output, parts, rows).then((done) => {
        sent = done;
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    small.close();
    return {
      runtime,
      name,
      rows,
      seconds,
      rowsPerSecond: Math.round(rows / seconds),
      megabytesIn: (sent?.bytesIn ?? 0) / 1e6,
      megabytesOut: (sent?.bytesOut ?? 0) / 1e6,
      peakBefore,
      peakMegabytes: peak(server.child.pid),
      alone,
      beside,
    };
  } finally {
    await server.stop();
  }
}

/** Of the server's processes together: the command waits beside the one that serves, where it is another. */
function peak(pid: number | undefined): number {
  return processTree(pid ?? 0).reduce((sum, { peakMegabytes }) => sum + peakMegabytes, 0);
}

interface Sent {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** One request whose answer is read while its body is sent; its rows are counted. */
async function post(port: number, input: TableFormat, output: TableFormat, parts: Iterable<Uint8Array>, rows: number): Promise<Sent> {
  const message = request({
    port,
    host: "127.0.0.1",
    path: "/predict",
    method: "POST",
    headers: { "content-type": mediaTypes[input], accept: mediaTypes[output] },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => message.on("response", resolve).on("error", reject));
  const counted = answered.then((response) => countRows(response, output));
  let bytesIn = 0;
  for (const part of parts) {
    bytesIn += part.length;
    if (!message.write(part)) await new Promise((resolve) => message.once("drain", resolve));
  }
  message.end();
  const { count, bytes } = await counted;
  if (count !== rows) throw new Error(`${rows} rows were sent, and ${count} answered`);
  return { bytesIn, bytesOut: bytes };
}

async function countRows(response: IncomingMessage, output: TableFormat): Promise<{ readonly count: number; readonly bytes: number }> {
  let [count, bytes] = [output === "csv" ? -1 : 0, 0];
  const messages = new ArrowMessages();
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (output === "arrow") {
      messages.add(piece);
      for (let message = messages.next(); message !== undefined; message = messages.next())
        if (message.type === headers.recordBatch) count += message.header.long(0);
      // A row of CSV ends with a line feed; one of JSON holds two closing braces, and the answer one more.
    } else count += occurrences(piece, output === "csv" ? 0x0a : 0x7d);
  }
  if (output === "arrow") messages.end();
  if (output === "json") count = (count - 1) / 2;
  return { count, bytes };
}

function occurrences(piece: Buffer, byte: number): number {
  let count = 0;
  for (let at = piece.indexOf(byte); at >= 0; at = piece.indexOf(byte, at + 1)) count++;
  return count;
}

/** One row of JSON every few milliseconds, each timed. */
class SmallRequests {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  async during(work: Promise<unknown>): Promise<Waits> {
    const times: number[] = [];
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    while (!over) {
      const started = performance.now();
      await this.#ask();
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await done;
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN).toPrecision(3));
    return { p50: at(0.5), p99: at(0.99), max: at(1), answers: times.length };
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      const message = request(
        {
          port: this.#port,
          host: "127.0.0.1",
          path: "/predict",
          method: "POST",
          agent: this.#agent,
          headers: { "content-type": "application/json", "content-length": body.length },
        },
        (response) => {
          response.resume().on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
        },
      );
      message.on("error", reject);
      message.end(body);
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function report({
  machine,
  command,
  rows,
  results,
}: {
  readonly machine: Machine;
  readonly command: string;
  readonly rows: number;
  readonly results: readonly Result[];
}): string {
  const lines = results.map((result) => {
    const cells = [
      result.name,
      result.runtime,
      result.rowsPerSecond.toLocaleString("en"),
      result.megabytesIn.toFixed(0),
      result.megabytesOut.toFixed(0),
      result.peakBefore.toFixed(0),
      `**${result.peakMegabytes.toFixed(0)}**`,
      result.alone.p50,
      result.alone.p99,
      result.beside.p50,
      result.beside.p99,
      result.beside.max,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `# ${rows.toLocaleString("en")} rows in one request`,
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; Node ${machine.node}, Bun ${machine.bun}; commit ${machine.commit}; ${machine.date}`,
    "",
    `\`${command}\`: rows of iris-forest (100 trees), with a new server on one core for each line. The client makes the rows while it sends them, reads the answer`,
    "meanwhile and counts its rows. Peak is the resident memory of the server's processes at its highest, before the request and after it. Beside it one row of JSON is asked again",
    "and again on a connection of its own, 2 ms after each answer: what it took alone, and beside the rows.",
    "",
    "| request | runtime | rows/s | MB in | MB out | peak MB before | peak MB | alone p50 ms | alone p99 ms | beside p50 ms | beside p99 ms | beside longest ms |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
    "",
  ].join("\n");
}
