import type { Runtime } from "../../e2e/process.ts";
import { readAnswers } from "./answers.ts";
import { Asker } from "./ask.ts";
import { exchange } from "./exchange.ts";
import { judge } from "./judge.ts";
import { type Case, makeCase } from "./mutate.ts";
import { createReference } from "./reference.ts";
import { startFuzzedServer } from "./server.ts";

export interface FuzzOptions {
  readonly runtime: Runtime;
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
  readonly executions: number;
  readonly seconds: number;
}

export interface Finding {
  readonly number: number;
  readonly why: string;
  readonly given: Pick<Case, "stream" | "cuts" | "halfClose">;
}

export interface FuzzResult {
  /** Connections, each with a stream of its own. */
  readonly executions: number;
  /** Requests that were answered, and streams that were refused as no HTTP. */
  readonly answered: number;
  readonly refused: number;
  /** Plain requests on new connections in between, all answered right. */
  readonly good: number;
  readonly residentMegabytes: { readonly warm: number; readonly largest: number };
  readonly findings: readonly Finding[];
}

const parallel = 32;
/** Milliseconds in which a connection has to have come to its end, far above what the server's own times allow. */
const patience = 60_000;
const goodEvery = 50;
const mostFindings = 20;
/** MiB that the server may grow by, once it is warm. */
const mostGrowth = 200;

const good =
  "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 17\r\nConnection: close\r\n\r\n[5.1,3.5,1.4,0.2]";

/** Sends changed streams to a real server over real sockets, and compares what it makes of them with what Node's parser does. */
export async function fuzzHttp({ runtime, seed, from, executions, seconds }: FuzzOptions): Promise<FuzzResult> {
  const server = await startFuzzedServer(runtime);
  const reference = createReference();
  const asker = new Asker(server.port);
  const findings: Finding[] = [];
  const end = performance.now() + seconds * 1000;
  const totals = { executions: 0, answered: 0, refused: 0, good: 0 };
  const resident = { warm: 0, largest: 0 };
  let next = from;
  let dead: string | undefined;
  void server.running.ended().then((status) => {
    dead ??= `the server ended with ${status}: ${server.running.errors().slice(-2000)}`;
  });

  const found = (given: Case, why: string) => {
    findings.push({ number: given.number, why, given: { stream: given.stream, cuts: given.cuts, halfClose: given.halfClose } });
  };

  const one = async (given: Case) => {
    const [exchanged, reading] = await Promise.all([exchange(server.port, given, patience), reference.read(given.stream)]);
    if (exchanged.refused) return found(given, "the connection was refused");
    const { finding, answered, refused } = await judge(given, exchanged, reading, asker);
    if (finding !== undefined) found(given, finding);
    totals.executions++;
    totals.answered += answered;
    if (refused) totals.refused++;
  };

  const askGood = async (given: Case) => {
    const { text } = await exchange(server.port, { number: 0, stream: good, cuts: [], halfClose: false }, patience);
    const [answer] = readAnswers(text, () => false).answers;
    if (answer?.status === 200 && answer.body.includes('"prediction":"Iris-Setosa"')) totals.good++;
    else found(given, `the good request was answered ${JSON.stringify(text.slice(0, 300))}`);
  };

  const worker = async () => {
    while (next < from + executions && performance.now() < end && dead === undefined && findings.length < mostFindings) {
      const given = makeCase(seed, next++);
      try {
        await one(given);
        if (given.number % goodEvery === 0) await askGood(given);
      } catch (error) {
        found(given, String(error));
      }
      if (totals.executions % 500 === 0) {
        const now = server.resident();
        if (totals.executions <= 3000) resident.warm = Math.max(resident.warm, now);
        resident.largest = Math.max(resident.largest, now);
        if (resident.largest > resident.warm + mostGrowth) found(given, `the server grew to ${now.toFixed(0)} MiB`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, worker));
    // A process that has gone is told of a moment after its connections have: by its launcher.
    if (findings.length > 0) await Promise.race([server.running.ended(), new Promise((resolve) => setTimeout(resolve, 3000))]);
    if (dead !== undefined) found(makeCase(seed, next), dead);
    const errors = server.running.errors();
    if (errors !== "") found(makeCase(seed, next), `the server reported: ${errors.slice(0, 2000)}`);
  } finally {
    asker.close();
    reference.close();
    await server.running.stop("SIGKILL");
  }
  return { ...totals, residentMegabytes: { warm: Math.round(resident.warm), largest: Math.round(resident.largest) }, findings };
}
