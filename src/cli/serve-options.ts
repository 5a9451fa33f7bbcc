import { defaultLimits, type Limits } from "../server/limits.ts";
import { protocolNames } from "../server/protocol-names.ts";
import { runtimes } from "../server/transport.ts";
import { defaultMaxRestarts, restartWindow } from "../server/workers/restart-limit.ts";
import { logFormats, logLevels } from "../telemetry/logs/logger.ts";
import { availableCores } from "./available-cores.ts";
import { descriptorLimit, fittingConnections } from "./descriptor-limit.ts";
import type { OptionTable, OptionValues } from "./options.ts";
import { schedulingOptions } from "./scheduling-options.ts";

/** Of cloud platforms whose container the server may be. */
const platformNames = ["sagemaker", "vertex", "none"] as const;

const engines = ["auto", "compiled", "onnxruntime", "interpreted"] as const;

const defaultMonitoringMinutes = 60;

export const engineOption = {
  kind: "text",
  value: "ENGINE",
  choices: engines,
  help: "what runs the models: auto, compiled, onnxruntime, interpreted (auto)",
} as const;
export const parityOption = { kind: "flag", help: "take models without checking them against the framework that trained them" } as const;

export const serveOptions = {
  port: { kind: "count", value: "PORT", least: 0, most: 65535, help: "port to listen on; 0 takes a free one (8080)" },
  "grpc-port": {
    kind: "count",
    value: "PORT",
    least: 0,
    most: 65535,
    help: "port to speak gRPC on, the Open Inference Protocol; 0 takes a free one (none)",
  },
  host: { kind: "text", value: "HOST", help: "address to listen on; 0.0.0.0 for all networks (127.0.0.1: this machine only)" },
  default: { kind: "text", value: "NAME", help: "model that answers /predict (the first)" },
  runtime: { kind: "text", value: "bun|node", choices: runtimes, help: "what serves (Bun where it is found, else Node)" },
  workers: {
    kind: "count",
    value: "N|auto",
    most: 256,
    words: ["auto"],
    help: "processes that share the port; auto: one for each core that it may use (1)",
  },
  "max-restarts": {
    kind: "count",
    value: "N",
    least: 0,
    most: 1_000_000,
    help: `times that a worker is started again within ${restartWindow / 60_000} minutes before the server ends (${defaultMaxRestarts})`,
  },
  protocols: { kind: "list", value: "NAMES", help: `protocols that clients may ask by: ${protocolNames.join(",")} (all)` },
  "share-kernels": {
    kind: "text",
    value: "on|off",
    choices: ["on", "off"],
    help: "hand out compiled models themselves, to run in clients (on where only this machine reaches the server)",
  },
  "model-control": { kind: "flag", help: "clients may load and unload models too, and not operators alone" },
  platform: {
    kind: "text",
    value: "NAME",
    choices: platformNames,
    help: "cloud platform that runs the server: sagemaker, vertex or none (by the environment)",
  },
  engine: engineOption,
  "no-parity": parityOption,
  "follow-links": { kind: "flag", help: "links in a folder of models may lead out of it" },
  versions: { kind: "text", value: "WHICH", help: "of folders name/version/: latest, latest:2, all, none, or a list such as 1,3 (latest)" },
  rollout: {
    kind: "text",
    value: "HOW",
    choices: ["immediate", "manual"],
    help: "whether a newer version answers once it is loaded, or when it is promoted (immediate)",
  },
  decisions: { kind: "text", value: "FILE", help: "file that promotions, canaries and unloaded versions are kept in over restarts (none)" },
  "ready-when": { kind: "text", value: "all|any", choices: ["all", "any"], help: "how many of the models make /health/ready green (all)" },
  "poll-ms": {
    kind: "count",
    value: "MS",
    least: 0,
    most: 3_600_000,
    help: "time between looks for new model files; 0 never looks (2000)",
  },
  "log-format": { kind: "text", value: "text|json", choices: logFormats, help: "lines for people, or one JSON object a line (text)" },
  "log-level": { kind: "text", value: "LEVEL", choices: logLevels, help: "debug, info, warn or error (info)" },
  "log-values": { kind: "flag", help: "let logs hold what clients send: values, queries, texts of errors" },
  "access-log": { kind: "flag", help: "log every request" },
  "slow-request-ms": { kind: "count", value: "MS", most: 3_600_000, help: "warn of requests that take longer (never)" },
  "otlp-endpoint": { kind: "text", value: "URL", help: "OpenTelemetry collector that gets traces, such as http://localhost:4318 (none)" },
  capture: { kind: "text", value: "FOLDER", help: "write sampled requests and their answers to JSONL files there (none)" },
  "capture-share": { kind: "number", value: "SHARE", least: 0, most: 1, help: "share of predictions that is captured (0.01)" },
  "capture-redact": { kind: "list", value: "NAMES", help: "features whose values are not captured: name,income" },
  "capture-max-mb": { kind: "count", value: "MB", most: 100_000, help: "size of a capture file before the next is begun (64)" },
  "capture-files": { kind: "count", value: "N", most: 100_000, help: "finished capture files that are kept (10)" },
  "no-page": { kind: "flag", help: "answer browsers at / with text, not with the page, and not at /docs" },
  "no-metrics": { kind: "flag", help: "do not answer /metrics where the models are served" },
  "no-monitoring": { kind: "flag", help: "don't count what models are asked and answer" },
  "monitoring-window": {
    kind: "count",
    value: "MINUTES",
    most: 43_200,
    help: `time that GET /models/NAME/monitoring looks back (${defaultMonitoringMinutes})`,
  },
  "max-body-bytes": { kind: "count", value: "N", help: `bytes of a request's body (${defaultLimits.bodyBytes})` },
  "max-stream-bytes": {
    kind: "count",
    value: "N",
    help: `bytes of a table that is read in pieces, CSV or Arrow (${defaultLimits.streamBytes})`,
  },
  "max-json-depth": { kind: "count", value: "N", most: 1000, help: `levels that a body nests (${defaultLimits.jsonDepth})` },
  "max-rows": { kind: "count", value: "N", help: `rows in a request (${defaultLimits.rows})` },
  "max-header-bytes": {
    kind: "count",
    value: "N",
    least: 1024,
    help: `bytes of a request's line and headers (${defaultLimits.headerBytes})`,
  },
  "max-connections": {
    kind: "count",
    value: "N",
    help: `connections at once (${defaultLimits.connections})`,
  },
  ...schedulingOptions,
  "max-turn-ms": {
    kind: "count",
    value: "MS",
    least: 0,
    most: 10_000,
    help: `turn of the event loop that means overload when it is the rule; 0 for none (${defaultLimits.turnMilliseconds})`,
  },
  "request-timeout-ms": {
    kind: "count",
    value: "MS",
    most: 3_600_000,
    help: `time for a request to arrive whole (${defaultLimits.requestMilliseconds})`,
  },
  "idle-timeout-ms": {
    kind: "count",
    value: "MS",
    most: 255_000,
    help: `time that a connection may be idle (${defaultLimits.idleMilliseconds})`,
  },
  "deadline-ms": {
    kind: "count",
    value: "MS",
    most: 240_000,
    help: `time for an answer; X-Request-Timeout-Ms shortens it (${defaultLimits.deadlineMilliseconds})`,
  },
  "drain-delay-ms": {
    kind: "count",
    value: "MS",
    least: 0,
    most: 3_600_000,
    help: `time between /health/ready turning red and the port closing when the server is stopped (${defaultLimits.drainDelayMilliseconds})`,
  },
  "drain-timeout-ms": {
    kind: "count",
    value: "MS",
    most: 3_600_000,
    help: `time for requests under way when the server is stopped (${defaultLimits.drainMilliseconds})`,
  },
  "api-keys": { kind: "text", value: "FILE", help: "clients need a key of this file; setosa keys makes it (none)" },
  "tls-cert": { kind: "text", value: "FILE", help: "speak TLS with this certificate, or chain, in PEM" },
  "tls-key": { kind: "text", value: "FILE", help: "its private key, in PEM" },
  "tls-client-ca": { kind: "text", value: "FILE", help: "clients need a certificate that this one has signed, in PEM" },
  "cors-origin": { kind: "list", value: "ORIGIN", help: "origin whose pages may ask; repeatable, * for all (none)" },
  "admin-port": { kind: "count", value: "PORT", least: 0, most: 65535, help: "port for operators; 0 takes a free one (none)" },
  "admin-host": { kind: "text", value: "HOST", help: "address for operators; others than this machine's need --api-keys (127.0.0.1)" },
  "admin-socket": { kind: "text", value: "PATH", help: "Unix socket for operators, instead of a port" },
} as const satisfies OptionTable;

export type ServeValues = OptionValues<typeof serveOptions>;

/** How many processes serve. */
export function readWorkers({ workers = 1 }: ServeValues): number {
  return workers === "auto" ? availableCores() : workers;
}

/** A line for the log where fewer connections fit into the limit of descriptors than are wanted. */
export function connectionsWarning(values: ServeValues): string | undefined {
  const [wanted, limit] = [wantedConnections(values), descriptorLimit()];
  const fitting = fittingConnections(wanted, limit);
  if (fitting === wanted) return undefined;
  return `WARNING: a process may have ${limit} files open here, which is room for ${fitting} connections instead of ${wanted} (--max-connections). Raise the limit: ulimit -n, LimitNOFILE= of systemd.`;
}

function wantedConnections(values: ServeValues): number {
  return values["max-connections"] ?? defaultLimits.connections;
}

export function readLimits(values: ServeValues): Limits {
  return {
    bodyBytes: values["max-body-bytes"] ?? defaultLimits.bodyBytes,
    streamBytes: values["max-stream-bytes"] ?? defaultLimits.streamBytes,
    jsonDepth: values["max-json-depth"] ?? defaultLimits.jsonDepth,
    rows: values["max-rows"] ?? defaultLimits.rows,
    headerBytes: values["max-header-bytes"] ?? defaultLimits.headerBytes,
    connections: fittingConnections(wantedConnections(values), descriptorLimit()),
    requestMilliseconds: values["request-timeout-ms"] ?? defaultLimits.requestMilliseconds,
    idleMilliseconds: values["idle-timeout-ms"] ?? defaultLimits.idleMilliseconds,
    deadlineMilliseconds: values["deadline-ms"] ?? defaultLimits.deadlineMilliseconds,
    turnMilliseconds: values["max-turn-ms"] ?? defaultLimits.turnMilliseconds,
    drainDelayMilliseconds: values["drain-delay-ms"] ?? defaultLimits.drainDelayMilliseconds,
    drainMilliseconds: values["drain-timeout-ms"] ?? defaultLimits.drainMilliseconds,
  };
}

/** Undefined where nothing is to be counted. */
export function monitoringMinutes(values: ServeValues): number | undefined {
  return values["no-monitoring"] === true ? undefined : (values["monitoring-window"] ?? defaultMonitoringMinutes);
}
