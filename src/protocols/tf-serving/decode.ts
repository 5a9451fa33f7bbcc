import { SetosaError } from "../../errors.ts";
import type { ExamplesRequest, PredictRequest } from "./messages.ts";

/**
 * Keys that are not read are passed over, as TensorFlow Serving and KServe do it.
 * @throws SetosaError BODY_SHAPE_INVALID, ROWS_EMPTY, ROWS_TOO_MANY
 */
export function decodePredict(body: unknown, mostRows: number): PredictRequest {
  const fields = objectOf(body, 'Send {"instances": [ … ]}, or {"inputs": … }.');
  const signature = signatureName(fields);
  const byRows = Object.hasOwn(fields, "instances");
  const byColumns = Object.hasOwn(fields, "inputs");
  if (byRows === byColumns)
    throw new SetosaError(
      "BODY_SHAPE_INVALID",
      byRows ? 'The body has both "instances" and "inputs".' : "Missing 'inputs' or 'instances' key.",
      {
        hint: 'Send rows as {"instances": [ … ]}, or columns as {"inputs": … }.',
      },
    );
  if (byColumns) return { signature, format: "inputs", value: fields.inputs };
  listOf(fields.instances, "instances", mostRows);
  return { signature, format: "instances", value: fields.instances };
}

/** @throws SetosaError BODY_SHAPE_INVALID, ROWS_EMPTY, ROWS_TOO_MANY */
export function decodeExamples(body: unknown, mostRows: number): ExamplesRequest {
  const fields = objectOf(body, 'Send {"examples": [{"feature": value}, … ]}.');
  const signature = signatureName(fields);
  const examples = listOf(fields.examples, "examples", mostRows);
  const { context } = fields;
  if (context !== undefined && (typeof context !== "object" || context === null || Array.isArray(context)))
    throw new SetosaError("BODY_SHAPE_INVALID", '"context" is no object of features.', {
      path: "context",
      hint: 'Send {"context": {"feature": value}}, or leave it out.',
    });
  return { signature, examples, context: context as Record<string, unknown> | undefined };
}

/** @throws SetosaError ROWS_TOO_MANY */
export function checkRows(count: number, path: string, most: number): void {
  if (count > most)
    throw new SetosaError("ROWS_TOO_MANY", `The request holds ${count} rows, and the limit is ${most}.`, {
      path,
      hint: "Send them in several requests, or start the server with a larger --max-rows.",
    });
}

function listOf(value: unknown, path: string, mostRows: number): readonly unknown[] {
  if (!Array.isArray(value))
    throw new SetosaError("BODY_SHAPE_INVALID", value === undefined ? `The body has no "${path}".` : `"${path}" is no list.`, {
      path,
      hint: `Send {"${path}": [ … ]} with one element for each row.`,
    });
  if (value.length === 0) throw new SetosaError("ROWS_EMPTY", `"${path}" is an empty list.`, { path, hint: "Send at least one row." });
  checkRows(value.length, path, mostRows);
  return value;
}

function objectOf(body: unknown, hint: string): Record<string, unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new SetosaError("BODY_SHAPE_INVALID", "The body is no JSON object.", { hint });
}

function signatureName({ signature_name: name }: Record<string, unknown>): string | undefined {
  if (name === undefined || name === "") return undefined;
  if (typeof name === "string") return name;
  throw new SetosaError("BODY_SHAPE_INVALID", '"signature_name" is no string.', {
    path: "signature_name",
    hint: "GET …/metadata lists the model's signatures.",
  });
}
