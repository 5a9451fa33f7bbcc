import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { Turns } from "../../models/turns.ts";
import type { HttpRequest } from "../exchange.ts";
import { parseNonFiniteJson, replaceNonFinite } from "../json-non-finite.ts";
import { checkJsonRequest } from "../json-request.ts";
import { parseJsonRows } from "../json-rows.ts";
import { decodeRequest } from "./decode.ts";
import type { InferRequest } from "./messages.ts";
import { decodeRaw } from "./raw-input.ts";

const lengthHeader = "inference-header-content-length";
const nothing = new Uint8Array(0);

/**
 * Takes JSON, and bytes by the type that clients give JSON with tensors behind it.
 * @throws SetosaError CONTENT_TYPE_UNSUPPORTED
 */
export function checkInferRequest(request: HttpRequest): void {
  if (request.headers.get("content-type")?.startsWith("application/octet-stream") !== true) checkJsonRequest(request);
}

/**
 * The request that a body is: JSON alone, JSON with tensors behind it, or one tensor alone.
 * @throws SetosaError JSON_…, BODY_…, TENSOR_INVALID
 */
export function readBody({ headers }: HttpRequest, body: Uint8Array, model: Model, jsonDepth: number): InferRequest {
  const header = headers.get(lengthHeader);
  if (header === undefined || header === null) return decodeRequest(parseNonFiniteJson(body, jsonDepth), nothing);
  const length = /^\d{1,10}$/.test(header) ? Number(header) : Number.NaN;
  if (!(length <= body.length))
    throw new SetosaError(
      "REQUEST_INVALID",
      `Inference-Header-Content-Length is ${header.slice(0, 40)}, and the body is ${body.length} bytes.`,
      {
        path: "Inference-Header-Content-Length",
        hint: "Send the length of the JSON in bytes, or 0 where there is none.",
      },
    );
  if (length === 0) return decodeRaw(body, model);
  return decodeRequest(parseNonFiniteJson(body.subarray(0, length), jsonDepth), body.subarray(length));
}

/** Whether a body is JSON alone: bytes behind JSON are read in no time. */
export function isJsonAlone({ headers }: HttpRequest): boolean {
  return headers.get(lengthHeader) == null;
}

/** As `readBody`, for a large body that is JSON alone, in a thread that has others to serve as well. */
export async function readJsonInTurns(body: Uint8Array, jsonDepth: number, turns: Turns): Promise<InferRequest> {
  return decodeRequest(await parseJsonRows(body, jsonDepth, turns, replaceNonFinite), nothing);
}
