import { checkGrpc } from "./check-grpc.ts";
import { checkHttp } from "./check-http.ts";
import { callOf, send } from "./send.ts";
import type { ConformanceServer } from "./servers.ts";
import type { GrpcVector, HttpVector, Vector } from "./vector.ts";

/** Requests of a crowd: more than a queue for one holds. */
const crowd = 40;

interface Checked {
  readonly refused: boolean;
  readonly lines: readonly string[];
}

/**
 * Sends a vector's request and compares.
 * @returns what differs, a line each
 */
export async function checkVector(server: ConformanceServer, vector: Vector): Promise<readonly string[]> {
  const check = (copies: number) => ("call" in vector ? checkCalls(server, vector, copies) : checkRequests(server, vector, copies));
  if (vector.crowd !== true) return (await check(1)).flatMap(({ lines }) => lines);
  // Whether they meet in the queue depends on how they arrive.
  for (let tries = 0; tries < 50; tries++) {
    const refused = (await check(crowd)).filter((answer) => answer.refused);
    if (refused.length > 0) return [...new Set(refused.flatMap(({ lines }) => lines))];
  }
  return ["no request of any crowd was refused"];
}

async function checkCalls({ grpcPort }: ConformanceServer, vector: GrpcVector, copies: number): Promise<Checked[]> {
  const answers = await checkGrpc(grpcPort, vector, copies);
  return answers.map(({ status, lines }) => ({ refused: status !== 0, lines }));
}

/** Alone on a connection of its own: with several workers any of them may get it. */
async function checkRequests({ server, folder }: ConformanceServer, vector: HttpVector, copies: number): Promise<Checked[]> {
  const answers = await Promise.all(Array.from({ length: copies }, () => send(server.port, callOf(vector, folder), copies === 1)));
  return answers.map((answer) => ({ refused: answer.status !== 200, lines: checkHttp(vector, answer) }));
}
