import { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import { readFrame } from "../dataframes.ts";
import { readPredictMethod } from "../predict-method.ts";
import type { VertexRequest } from "./messages.ts";

/**
 * The body of a prediction as Vertex AI sends it: instances, and parameters where the client gave some.
 * @throws SetosaError BODY_SHAPE_INVALID, ARGUMENT_INVALID, and what `readFrame` throws
 */
export function decodeVertex(body: unknown, signature: Signature, mostRows: number): VertexRequest {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, "instances"))
    throw new SetosaError("BODY_SHAPE_INVALID", 'The body has no "instances".', {
      path: "instances",
      hint: 'Send {"instances": [ … ]} with one object or list of values for each row.',
    });
  const fields = body as Record<string, unknown>;
  const method = readPredictMethod(fields.parameters, signature, "parameters");
  return { input: readFrame(fields, "instances", signature, mostRows), method };
}
