import { readFile } from "node:fs/promises";
import type { RequestPlan } from "../bench/client/request.ts";
import type { Random } from "../bench/measure/statistics.ts";
import { generateRows } from "../bench/payload/signature-rows.ts";
import { SetosaError } from "../errors.ts";
import { describeModel } from "../models/describe.ts";
import { loadModel } from "../models/load-model.ts";
import type { BenchValues } from "./bench-options.ts";

export interface Payload {
  readonly requests: readonly RequestPlan[];
  /** Where the bodies come from. */
  readonly words: string;
}

const defaultRows = 1024;
const maxLines = 100_000;
const describeMilliseconds = 10_000;

/**
 * The requests that the options ask for.
 * @throws SetosaError ARGUMENT_INVALID for options that contradict each other or a file that cannot be read; what
 *   `loadModel` throws for a model file
 */
export async function readPayload(values: BenchValues, random: Random): Promise<Payload> {
  const sources = (["data", "data-file", "model"] as const).filter((name) => values[name] !== undefined);
  if (sources.length > 1) throw invalid(`--${sources[1]}`, `--${sources.join(" and --")} both say what to send.`, "Give one of them.");
  const { bodies, words } = await readBodies(values, random);
  const method = values.method?.toUpperCase() ?? (bodies === undefined ? "GET" : "POST");
  if (!/^[A-Z]{1,20}$/.test(method)) throw invalid("--method", `--method is ${JSON.stringify(values.method)}.`, "Write GET or POST.");
  const headers = (values.header ?? []).map(readHeader);
  if (bodies === undefined) return { requests: [{ method, headers }], words };
  const typed = headers.some(([name]) => name.toLowerCase() === "content-type") && values["content-type"] === undefined;
  const all = typed ? headers : [...headers, ["Content-Type", values["content-type"] ?? "application/json"] as const];
  return { requests: bodies.map((body) => ({ method, headers: all, body })), words };
}

async function readBodies(values: BenchValues, random: Random): Promise<{ bodies?: readonly string[]; words: string }> {
  if (values.data !== undefined) return { bodies: [values.data], words: "one body, from the command line" };
  const file = values["data-file"];
  if (file !== undefined) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw invalid("--data-file", `${file} cannot be read: ${error.code ?? error.message}.`, "Name a file with the body.");
    });
    if (!/\.(jsonl|ndjson)$/i.test(file)) return { bodies: [text], words: `one body, from ${file}` };
    const bodies = text.split(/\r?\n/).filter((line) => line.trim() !== "");
    if (bodies.length === 0 || bodies.length > maxLines)
      throw invalid("--data-file", `${file} has ${bodies.length} lines.`, `Write one body a line, up to ${maxLines}.`);
    return { bodies, words: `the lines of ${file}` };
  }
  if (values.model === undefined) return { words: "no body" };
  const bodies = generateRows(await describe(values.model), values.rows ?? defaultRows, values.missing ?? 0, random);
  return { bodies, words: `rows generated for ${values.model}` };
}

async function describe(model: string): Promise<unknown> {
  if (!/^https?:\/\//i.test(model)) {
    const loaded = await loadModel(model);
    await loaded.close();
    return describeModel(loaded);
  }
  const failed = (why: string): SetosaError =>
    invalid(
      "--model",
      `${model} gives no description of a model: ${why}.`,
      "Give the address of a model that Setosa serves: http://localhost:8080/models/iris.",
    );
  const answer = await fetch(model, { signal: AbortSignal.timeout(describeMilliseconds) }).catch((error: Error) => {
    throw failed(error.cause instanceof Error ? error.cause.message : error.message);
  });
  if (!answer.ok) throw failed(`it answers ${answer.status}`);
  return answer.json().catch(() => {
    throw failed("its answer is not JSON");
  });
}

function readHeader(line: string): readonly [string, string] {
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~0-9a-z-]+):[ \t]*([^\0\r\n]*)$/i.exec(line) ?? [];
  if (name === "") throw invalid("--header", `--header is ${JSON.stringify(line)}.`, 'Write "Name: value".');
  return [name, value.trim()];
}

function invalid(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}
