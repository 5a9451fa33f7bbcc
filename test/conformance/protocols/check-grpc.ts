import { callGrpc, type GrpcAnswer, type GrpcCall, openGrpc } from "./call-grpc.ts";
import { differences } from "./expectation.ts";
import { methods } from "./proto-messages.ts";
import { decode, encode, type Json } from "./proto-wire.ts";
import type { GrpcVector } from "./vector.ts";

/** Sends a vector's call on a connection of its own, several times side by side where it asks for it, and compares each answer. */
export async function checkGrpc(port: number, vector: GrpcVector, copies: number): Promise<{ status: number; lines: string[] }[]> {
  const session = openGrpc(port);
  try {
    const call = grpcCallOf(vector);
    const answers = await Promise.all(Array.from({ length: copies }, () => callGrpc(session, call)));
    return answers.map((answer) => ({ status: answer.status, lines: compare(vector, answer) }));
  } finally {
    session.close();
  }
}

export function grpcCallOf({ call: { method, message, metadata } }: GrpcVector): GrpcCall {
  const [request = "Empty"] = methods[method] ?? [];
  const bytes = isRaw(message) ? Buffer.from(message.$hex, "hex") : encode(request, message as Json);
  return { method, message: bytes, metadata };
}

function isRaw(message: unknown): message is { readonly $hex: string } {
  return typeof message === "object" && message !== null && "$hex" in message;
}

function compare({ call, answer }: GrpcVector, found: GrpcAnswer): string[] {
  const lines = found.status === answer.status ? [] : [`grpc-status ${found.status} instead of ${answer.status}: ${found.message}`];
  if (answer.message !== undefined) lines.push(...differences(answer.message, found.message, "grpc-message"));
  if (answer.reply === undefined) return lines;
  if (found.reply === undefined) return [...lines, "there is no message"];
  const [, response = "Empty"] = methods[call.method] ?? [];
  return [...lines, ...differences(answer.reply, decode(response, found.reply), "reply")];
}
