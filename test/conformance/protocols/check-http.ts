import { differences } from "./expectation.ts";
import type { HttpAnswer } from "./send.ts";
import type { HttpVector } from "./vector.ts";

/** What an answer has that the vector does not say, and the other way round. */
export function checkHttp({ answer }: HttpVector, found: HttpAnswer): string[] {
  const lines: string[] = [];
  const statuses = typeof answer.status === "number" ? [answer.status] : answer.status;
  const text = Buffer.from(found.body).toString("utf8");
  if (!statuses.includes(found.status)) lines.push(`status ${found.status} instead of ${statuses.join(" or ")}: ${text.slice(0, 400)}`);
  for (const [name, expected] of Object.entries(answer.headers ?? {})) {
    const value = found.headers[name];
    if (expected === null) {
      if (value !== undefined) lines.push(`header ${name} is there: ${value}`);
    } else lines.push(...differences(expected, value, `header ${name}`));
  }
  if (answer.text !== undefined) lines.push(...differences(answer.text, text, "body"));
  if (answer.tail !== undefined) lines.push(...checkTail(answer.tail, found, answer.json));
  else if (answer.json !== undefined) lines.push(...checkJson(answer.json, text));
  return lines;
}

function checkJson(expected: unknown, text: string): string[] {
  try {
    return differences(expected, JSON.parse(text), "body");
  } catch {
    return [`the body is no JSON: ${text.slice(0, 400)}`];
  }
}

/** JSON, and tensors after it. */
function checkTail(tail: NonNullable<HttpVector["answer"]["tail"]>, { headers, body }: HttpAnswer, json: unknown): string[] {
  const length = Number(headers["inference-header-content-length"] ?? Number.NaN);
  if (!(length <= body.length)) return [`inference-header-content-length is ${headers["inference-header-content-length"]}`];
  const lines = json === undefined ? [] : checkJson(json, Buffer.from(body.subarray(0, length)).toString("utf8"));
  let at = length;
  for (const [index, expected] of tail.entries()) {
    const bytes =
      typeof expected === "string" ? expected.length / 2 : 4 * (Array.isArray(expected.float32) ? expected.float32.length : Number.NaN);
    const part = body.slice(at, at + bytes);
    at += bytes;
    if (typeof expected === "string") lines.push(...differences(expected, Buffer.from(part).toString("hex"), `tail[${index}]`));
    else {
      const view = new DataView(part.buffer, part.byteOffset, part.length);
      const floats = Array.from({ length: part.length >> 2 }, (_, element) => view.getFloat32(element * 4, true));
      lines.push(...differences(expected.float32, floats, `tail[${index}]`));
    }
  }
  if (at !== body.length) lines.push(`the body has ${body.length} bytes instead of ${at}`);
  return lines;
}
