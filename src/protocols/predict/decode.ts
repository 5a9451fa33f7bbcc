import { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import { exampleBody } from "../../models/example-body.ts";
import type { PredictRequest } from "./messages.ts";

/**
 * The request that a body's JSON makes.
 * @throws SetosaError BODY_SHAPE_INVALID, ROWS_EMPTY, ROWS_TOO_MANY
 */
export function decodeRequest(body: unknown, signature: Signature, mostRows: number): PredictRequest {
  if (signature.task.kind === "tensors") return decodeTensors(body);
  if (Array.isArray(body)) return isRow(body) ? { kind: "row", row: body } : rows(body, "", mostRows);
  if (typeof body !== "object" || body === null)
    throw new SetosaError("BODY_SHAPE_INVALID", `The body is ${describe(body)}, and not a row of features.`, {
      hint: `Send an object of features, such as ${exampleBody(signature)}, or a list of rows.`,
    });
  if (Object.hasOwn(body, "instances") && !signature.features.some(({ name }) => name === "instances"))
    return decodeInstances(body as Record<string, unknown>, mostRows);
  return { kind: "row", row: body };
}

/** A flat list is one row of values; a list that holds an object or a list is a list of rows. */
function isRow(list: readonly unknown[]): boolean {
  const [first] = list;
  return list.length > 0 && (typeof first !== "object" || first === null);
}

function rows(list: readonly unknown[], path: "" | "instances", most: number): PredictRequest {
  if (list.length === 0) throw new SetosaError("ROWS_EMPTY", "The list of rows is empty.", { ...at(path), hint: "Send at least one row." });
  if (list.length > most)
    throw new SetosaError("ROWS_TOO_MANY", `The request holds ${list.length} rows, and the limit is ${most}.`, {
      ...at(path),
      hint: "Send them in several requests, or start the server with a larger --max-rows.",
    });
  return { kind: "rows", rows: list, path };
}

function decodeInstances(body: Record<string, unknown>, most: number): PredictRequest {
  only(body, "instances");
  const { instances } = body;
  if (!Array.isArray(instances))
    throw new SetosaError("BODY_SHAPE_INVALID", `"instances" is ${describe(instances)}, and not a list of rows.`, {
      path: "instances",
      hint: 'Send {"instances": [ … ]} with one object or list of values for each row.',
    });
  return rows(instances, "instances", most);
}

function decodeTensors(body: unknown): PredictRequest {
  const hint = 'Send {"inputs": {"name": [[ … ]]}}, or {"instances": [[ … ]]} where the model has one input.';
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new SetosaError("BODY_SHAPE_INVALID", `The body is ${describe(body)}, and the model takes tensors.`, { hint });
  const fields = body as Record<string, unknown>;
  const path = Object.hasOwn(fields, "inputs") ? "inputs" : "instances";
  only(fields, path);
  if (!Object.hasOwn(fields, path)) throw new SetosaError("BODY_SHAPE_INVALID", 'The body has neither "inputs" nor "instances".', { hint });
  return { kind: "tensors", inputs: fields[path], path };
}

/** Beside rows nothing else is read: a second key is a mistake that would go unnoticed. */
function only(body: Record<string, unknown>, key: string): void {
  const other = Object.keys(body).find((name) => name !== key);
  if (other !== undefined && Object.hasOwn(body, key))
    throw new SetosaError("BODY_SHAPE_INVALID", `The body has ${JSON.stringify(other.slice(0, 80))} beside "${key}".`, {
      path: `[${JSON.stringify(other.slice(0, 80))}]`,
      hint: `Send {"${key}": …} alone.`,
    });
}

function at(path: string): { path?: string } {
  return path === "" ? {} : { path };
}

/** A JSON value in words: `a number`. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
