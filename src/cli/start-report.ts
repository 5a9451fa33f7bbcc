import { exampleBody } from "../models/example-body.ts";
import type { ModelLibrary } from "../models/library.ts";
import type { Model } from "../models/model.ts";
import { isLoopback } from "../server/loopback.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import type { Output } from "./command.ts";
import { engineLines, modelTable } from "./model-report.ts";
import { paint } from "./paint.ts";

/** Longer example bodies are no use on a command line. */
const longestExample = 400;

export interface StartReport {
  readonly version: string;
  /** `Bun 1.4.5`. */
  readonly runtime: string;
  /** Why this runtime. */
  readonly reason: string | undefined;
  readonly library: ModelLibrary;
  readonly url: string;
  /** Where gRPC is spoken: `localhost:8081`. */
  readonly grpc?: string | undefined;
  readonly workers: number;
  /** Whether browsers get the page at `/`. */
  readonly page?: boolean;
  /** Clients need one. */
  readonly keys?: boolean;
  /** Where operators are listened to. */
  readonly admin?: string | undefined;
  /** Whether only this machine can reach the server. */
  readonly local: boolean;
}

/** More models are counted: what they are is at `/models`. */
const mostListed = 20;

/**
 * All that a server says when it is ready: for a terminal in colours, and cut to its width.
 * @param output Where it is written to
 */
export function startReport(started: StartReport, { terminal: color, columns }: Pick<Output, "terminal" | "columns">): string {
  const { version, runtime, reason, library, url, grpc, workers, local, page = false, keys = false, admin } = started;
  const { list, failures } = library;
  const more = list.length - mostListed;
  const shown = more > 1 ? list.slice(0, mostListed) : list;
  const dim = (text: string) => paint(text, "dim", color);
  const reach = `${workers > 1 ? ` with ${workers} workers` : ""}${local ? dim(" (this machine only: --host 0.0.0.0 opens it)") : ""}`;
  const address = (text: string) => paint(text, "cyan", color);
  return [
    `${paint(`Setosa ${version}`, "bold", color)} on ${runtime}${reason === undefined ? "" : dim(` (${reason})`)}`,
    "",
    ...modelTable(shown, { isDefault: (model) => model === library.default, color, columns }),
    ...(more > 1 ? [`  and ${more} more: curl ${url}/models`] : []),
    ...engineLines(list).map(dim),
    ...failures.map(
      ({ name, version, error }) =>
        `  ${paint("NOT SERVED", "red", color)}: ${name}${version === undefined ? "" : ` ${version}`}: ${error.code}: ${error.message}`,
    ),
    "",
    `Listening on ${address(url)}${reach}`,
    ...(page ? [`     Page on ${address(`${url}/`)}`] : []),
    ...(grpc === undefined ? [] : [`     gRPC on ${address(grpc)}`]),
    ...(admin === undefined ? [] : [`Operators on ${address(admin)}`]),
    "",
    "Try",
    ...nextSteps(library.default, url).map((line) => `  ${keys ? line.replace(" ", " -H 'X-Api-Key: KEY' ") : line}`),
    "",
  ].join("\n");
}

/** The same for machines: one line of JSON. */
export function startLine({ version, runtime, reason, library, url, grpc, workers, admin }: StartReport, logger: Logger): string {
  const models = library.list.map((model) => `${model.name}/${model.version}:${model.engine.kind}`).join(" ");
  return logger.line("info", `Listening on ${url}`, {
    setosa: version,
    runtime,
    runtime_reason: reason,
    url,
    grpc,
    admin,
    workers,
    models,
  });
}

/** Commands that work as they are, but for a key. */
function nextSteps(model: Model | undefined, url: string): string[] {
  if (model === undefined) return [`curl ${url}/models`];
  const { name, signature } = model;
  if (signature.task.kind === "tensors") return [`curl ${url}/models/${name}`];
  if (signature.example === undefined) return [`curl ${url}/models/${name}`];
  const body = exampleBody(signature);
  const post = `curl ${url}/predict -H 'Content-Type: application/json' -d ${shellQuote(body)}`;
  return [`curl ${url}/predict`, ...(body.length > longestExample ? [] : [post]), `hey -n 1000 -c 10 ${url}/predict`];
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** How a client on this machine reaches the address that a server listens on. */
export function serverUrl(host: string, port: number, isTls = false): string {
  return `${isTls ? "https" : "http"}://${serverAddress(host, port)}`;
}

/** The same without a scheme, as clients of gRPC take it. */
export function serverAddress(host: string, port: number): string {
  const everywhere = host === "0.0.0.0" || host === "::" || isLoopback(host);
  const name = everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `${name}:${port}`;
}
