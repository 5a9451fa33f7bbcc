import { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import { isUtf8, readContentType, shortHeader } from "../content-type.ts";
import { type FrameInput, frameKey, frameKeys, readFrame } from "../dataframes.ts";
import type { HttpRequest } from "../exchange.ts";
import { checkPlainBody } from "../json-request.ts";
import { readPredictMethod } from "../predict-method.ts";
import type { Invocation, InvocationMedia } from "./messages.ts";

/**
 * The kind of body that a request announces, as `mlflow/pyfunc/scoring_server` decides it: `charset` is the only parameter, and UTF-8 its
 * only value. Without a content type, for which that server fails, it is JSON.
 * @throws SetosaError CONTENT_TYPE_UNSUPPORTED
 */
export function invocationMedia(request: HttpRequest): InvocationMedia {
  const header = request.headers.get("content-type");
  checkPlainBody(request);
  if (header === "application/json") return header;
  const type = readContentType(header);
  if (!isUtf8(type)) throw unsupported("The scoring server only supports UTF-8.", "Send the body as UTF-8.");
  const others = [...type.parameters.keys()].filter((name) => name !== "charset");
  if (others.length > 0)
    throw unsupported(
      `Unrecognized content type parameters: ${shortHeader(others.join(", "))}.`,
      'MLflow 2 has no formats any more: send {"dataframe_split": …} or {"dataframe_records": …} as application/json.',
    );
  if (type.media === "" || type.media === "application/json") return "application/json";
  if (type.media === "text/csv") return type.media;
  throw unsupported(
    `This predictor only supports the content types application/json and text/csv, and not ${shortHeader(type.media)}.`,
    'Send JSON such as {"dataframe_split": {"columns": […], "data": [[…]]}}.',
  );
}

/** @throws SetosaError BODY_SHAPE_INVALID, ARGUMENT_INVALID, and what `readFrame` throws */
export function decodeInvocation(body: unknown, signature: Signature, mostRows: number): Invocation {
  const names = frameKeys.join(", ");
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new SetosaError("BODY_SHAPE_INVALID", "The body is no JSON object.", { hint: `Send an object with exactly one of ${names}.` });
  const fields = body as Record<string, unknown>;
  const key = frameKey(fields);
  if (key === undefined) {
    const given = Object.keys(fields).slice(0, 10);
    throw new SetosaError(
      "BODY_SHAPE_INVALID",
      `The body has to have exactly one of ${names}, and has ${given.length === 0 ? "nothing" : shortHeader(given.map((name) => JSON.stringify(name)).join(", "))}.`,
      { hint: 'Send {"dataframe_split": {"columns": […], "data": [[…]]}}.' },
    );
  }
  const method = readPredictMethod(fields.params, signature, "params");
  return { input: readFrame(fields, key, signature, mostRows), method };
}

/** Rows of CSV, which has no parameters. */
export function csvInvocation(rows: readonly unknown[]): Invocation {
  const input: FrameInput = { kind: "rows", rows, path: "" };
  return { input, method: "predict" };
}

function unsupported(message: string, hint: string): SetosaError {
  return new SetosaError("CONTENT_TYPE_UNSUPPORTED", message, { path: "Content-Type", hint });
}
