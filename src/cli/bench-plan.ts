import { cpus } from "node:os";
import type { BenchPlan, TargetPlan } from "../bench/plan.ts";
import { SetosaError } from "../errors.ts";
import type { BenchValues } from "./bench-options.ts";
import type { Payload } from "./bench-payload.ts";
import { packageVersion } from "./version.ts";

/** What the command line says, before the bodies are read: targets, and words of commands behind `--`. */
export interface BenchLine {
  readonly argv: readonly string[];
  readonly options: readonly string[];
  /** One for each `--`. */
  readonly commands: readonly (readonly string[])[];
}

const defaults = { connections: 16, durationSeconds: 10, rounds: 10, warmupSeconds: 5, timeoutSeconds: 20 };
/** Where a number of requests ends a round, time does not. */
const noEndSeconds = 86_400;

/** Splits the line at every `--`. hey writes long options with one dash. */
export function splitLine(argv: readonly string[]): BenchLine {
  const parts: string[][] = [[]];
  for (const word of argv) {
    if (word === "--") parts.push([]);
    else parts.at(-1)?.push(word);
  }
  const [options = [], ...commands] = parts;
  return { argv, options: options.map((word) => (word === "-disable-keepalive" ? "--disable-keepalive" : word)), commands };
}

/** @throws SetosaError ARGUMENT_INVALID */
export function readPlan(values: BenchValues, positionals: readonly string[], { argv, commands }: BenchLine, payload: Payload): BenchPlan {
  const connections = values.connections ?? defaults.connections;
  const { requests, rate, "rate-per-connection": ratePerConnection } = values;
  const rounds = values.rounds ?? (requests === undefined ? defaults.rounds : 1);
  const seconds = values.duration === undefined ? defaults.durationSeconds : readSeconds(values.duration);
  const due = rate ?? (ratePerConnection === undefined ? undefined : ratePerConnection * connections);
  const threads = values.threads ?? 1;
  if (threads > cpus().length)
    throw invalid(
      "--threads",
      `There are ${cpus().length} cores, and more threads only wait for each other.`,
      `Write ${cpus().length} at the most.`,
    );
  return {
    targets: readTargets(values, positionals, commands),
    requests: payload.requests,
    payload: payload.words,
    answerForm: values.answer === undefined ? {} : { path: values.answer },
    ...(values.expect === undefined ? {} : { expected: readExpected(values.expect) }),
    connections,
    threads,
    keepAlive: values["disable-keepalive"] !== true,
    ...(due === undefined ? {} : { rate: due }),
    rounds,
    roundSeconds: requests === undefined ? seconds / rounds : noEndSeconds,
    ...(requests === undefined ? {} : { roundRequests: Math.ceil(requests / rounds) }),
    warmupSeconds: values.warmup ?? defaults.warmupSeconds,
    timeoutMilliseconds: (values.timeout ?? defaults.timeoutSeconds) * 1000,
    ...(values["client-cores"] === undefined ? {} : { clientCores: cores("--client-cores", values["client-cores"]) }),
    ...(values["server-cores"] === undefined ? {} : { serverCores: cores("--server-cores", values["server-cores"]) }),
    version: packageVersion(),
    command: ["setosa", "bench", ...argv].map(quoted).join(" "),
  };
}

function readTargets(values: BenchValues, positionals: readonly string[], commands: readonly (readonly string[])[]): TargetPlan[] {
  const count = Math.max(positionals.length, commands.length);
  if (count === 0)
    throw invalid(
      "bench",
      "bench needs a target.",
      "Write setosa bench http://localhost:8080/predict, or setosa bench -- COMMAND to start a server.",
    );
  if (commands.some((command) => command.length === 0))
    throw invalid("--", "There is no command behind --.", "Write the program and its arguments.");
  return Array.from({ length: count }, (_, index): TargetPlan => {
    const [text, command] = [positionals[index], commands[index]];
    const url = text === undefined ? undefined : readUrl(text);
    const name =
      values.name?.[index] ?? (url === undefined ? (command ?? []).join(" ").slice(0, 60) : `${url.host}${url.pathname}${url.search}`);
    return { name, ...(url === undefined ? {} : { url }), ...(command === undefined ? {} : { start: { command } }) };
  });
}

/** `localhost:8080/predict` is meant as http. */
function readUrl(text: string): URL {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "")
    throw invalid(text, `${JSON.stringify(text)} is no http address.`, "Write http://localhost:8080/predict.");
  url.hash = "";
  return url;
}

function readSeconds(text: string): number {
  const [, number = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  const seconds = Number(number) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
  if (!(seconds > 0 && seconds <= 86_400))
    throw invalid("--duration", `--duration is ${JSON.stringify(text)}.`, "Write 10s, 500ms or 1m, up to 24h.");
  return seconds;
}

/** A number where it is one, as answers have it. */
function readExpected(text: string): unknown {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

function cores(option: string, text: string): string {
  if (!/^\d+([,-]\d+)*$/.test(text))
    throw invalid(option, `${option} is ${JSON.stringify(text)}.`, "Write cores as taskset takes them: 0, 1,3 or 0-2.");
  return text;
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function invalid(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}
