import { createServer, METHODS } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { seededRandom } from "../../src/bench/measure/statistics.ts";
import { type Answer, type HttpRequest, textHead } from "../../src/protocols/exchange.ts";
import { Http1Server } from "../../src/server/http1/http1-server.ts";
import { defaultLimits } from "../../src/server/limits.ts";
import { splitTarget } from "../../src/server/target.ts";
import type { Application } from "../../src/server/transport.ts";

/**
 * Changed requests through our HTTP/1.1 and through Node's own (llhttp): what ours takes for a request, Node's has to take
 * for the same one. The other way round is allowed: ours is stricter. Two servers that read one stream differently are
 * how requests are smuggled past a proxy (RFC 9112, 11.2).
 */

const seeds: readonly string[] = [
  "GET /a?b=c HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\nhello world",
  "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: z\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
];
const pieces = ["\r\n", "\n", "\r", " ", "\t", ":", ",", "0", "5", "\0", "é", "\r\n ", "\r\n\r\n", "chunked", "Content-Length: 1\r\n"];
const splices = [
  "Transfer-Encoding: chunked\r\n",
  "Host: b\r\n",
  "HTTP/1.0",
  "HTTP/2.0",
  ";",
  "ffffffff",
  "-1",
  "+1",
  "identity",
  "Connection: close\r\n",
];

/** `METHOD target body` of every request that was understood. */
type Understood = readonly string[];

export interface FuzzResult {
  readonly executions: number;
  /** Streams in which ours took a request that Node's did not take so. */
  readonly differences: readonly { readonly stream: string; readonly ours: Understood; readonly nodes: Understood }[];
}

export async function fuzzHttp1(executions: number, seed: number): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const change = (text: string): string => {
    const at = Math.floor(random() * (text.length + 1));
    const length = Math.floor(random() * 4);
    const kinds = [
      () => text.slice(0, at) + pick([...pieces, ...splices]) + text.slice(at),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(Math.floor(random() * text.length)),
    ];
    return pick(kinds)();
  };
  const node = await nodeReader();
  const differences: FuzzResult["differences"][number][] = [];
  try {
    for (let execution = 0; execution < executions; execution++) {
      let stream = pick(seeds);
      for (let changes = Math.floor(random() * 4); changes > 0; changes--) stream = change(stream);
      const ours = readOurs(stream, random);
      if (ours.length === 0) continue;
      const nodes = await node.read(stream);
      // Node knows a closed list of methods; ours answers others with 405.
      const known = ours.every((request) => METHODS.includes(request.split(" ", 1)[0] ?? ""));
      if (known && !ours.every((request, index) => request === nodes[index])) differences.push({ stream, ours, nodes });
    }
  } finally {
    node.close();
  }
  return { executions, differences };
}

function readOurs(stream: string, random: () => number): Understood {
  const understood: string[] = [];
  const answer: Answer = { head: textHead, body: "" };
  const take = ({ method, path, query }: HttpRequest, body: Uint8Array): Answer => {
    understood.push(`${method} ${path}?${query} ${Buffer.from(body).toString("latin1")}`);
    return answer;
  };
  const application: Application = {
    limits: defaultLimits,
    begin: () => take,
    fault: () => answer,
    report: (error) => {
      throw error;
    },
  };
  const server = new Http1Server(application);
  const silent = () => {};
  const connection = server.open({ backlog: 0, write: silent, end: silent, destroy: silent, reset: silent, pause: silent, resume: silent });
  const bytes = Buffer.from(stream, "latin1");
  for (let from = 0; from < bytes.length; ) {
    const to = from + 1 + Math.floor(random() * bytes.length);
    connection?.received(bytes.subarray(from, to));
    from = to;
  }
  server.destroy();
  return understood;
}

async function nodeReader() {
  let understood: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { path, query } = splitTarget(request.url ?? "");
      understood.push(`${request.method} ${path}?${query} ${Buffer.concat(parts).toString("latin1")}`);
      response.end();
    });
    request.on("error", () => {});
  });
  server.on("clientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    read: (stream: string): Promise<Understood> =>
      new Promise((resolve) => {
        understood = [];
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {}).on("close", () => resolve(understood));
        socket.resume();
        socket.end(stream, "latin1");
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1]?.endsWith("http1.ts")) {
  const result = await fuzzHttp1(Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 1));
  console.log(JSON.stringify({ ...result, differences: result.differences.slice(0, 5) }, null, 1));
  console.log(`${result.executions} executions, ${result.differences.length} differences`);
  process.exit(0);
}
