import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SetosaError } from "../errors.ts";
import type { Platform } from "../server/platform.ts";
import type { ServeArguments } from "./serve.ts";
import type { ServeValues } from "./serve-options.ts";
import { readWorkers } from "./serve-options.ts";

/** Whether what asks the server also tells it which models to load. */
export function loadsModels(platform: Platform | undefined): boolean {
  return platform?.name === "sagemaker" && platform.multiModelRoot !== undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface PlatformArguments extends ServeArguments {
  /** Undefined where no platform runs the server. */
  readonly platform: Platform | undefined;
}

/** Milliseconds. SageMaker kills a container 30 s after SIGTERM, Kubernetes below Vertex AI as well. */
const graceMilliseconds = 30_000;
/** Of them for closing and ending. */
const reserveMilliseconds = 3000;

/**
 * The command line as the platform that runs the container means it: `setosa serve` alone, and the rest in the environment. What the
 * command line says itself comes first.
 * @throws SetosaError ARGUMENT_INVALID, with the variable as its path
 */
export function platformArguments(parsed: ServeArguments, environment: Environment): PlatformArguments {
  switch (platformName(parsed, environment)) {
    case "sagemaker":
      return sagemaker(parsed, environment);
    case "vertex":
      return vertex(parsed, environment);
    case "none":
      return { ...parsed, platform: undefined };
  }
}

function platformName({ values, positionals }: ServeArguments, environment: Environment): "sagemaker" | "vertex" | "none" {
  if (values.platform !== undefined) return values.platform;
  if (environment.SAGEMAKER_BIND_TO_PORT !== undefined || isTrue(environment.SAGEMAKER_MULTI_MODEL)) return "sagemaker";
  if (environment.AIP_HTTP_PORT !== undefined) return "vertex";
  // What SageMaker runs: `docker run image serve`, with the model where it always is.
  return positionals.length === 0 && isFolder(`${baseFolder(environment)}/model`) ? "sagemaker" : "none";
}

function sagemaker({ values, positionals }: ServeArguments, environment: Environment): PlatformArguments {
  const isMultiModel = isTrue(environment.SAGEMAKER_MULTI_MODEL);
  const base = baseFolder(environment);
  const root = `${base}/models`;
  const accept = environment.SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT ?? "application/json";
  if (accept !== "application/json" && accept !== "text/csv")
    throw invalid("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", accept, "Set it to application/json or text/csv, or leave it out.");
  checkPorts(values, environment);
  if (isMultiModel && (readWorkers(values) > 1 || positionals.length > 0))
    throw new SetosaError("ARGUMENT_INVALID", "With SAGEMAKER_MULTI_MODEL one process serves the models that SageMaker has it load.", {
      path: positionals.length > 0 ? "SAGEMAKER_MULTI_MODEL" : "--workers",
      hint: "Write setosa serve, without models and --workers.",
    });
  return {
    values: {
      ...onPlatform(values, environment.SAGEMAKER_BIND_TO_PORT, "SAGEMAKER_BIND_TO_PORT"),
      // SageMaker puts models there before it asks for them, and takes them away after.
      ...(isMultiModel ? { versions: "none", "poll-ms": 0 } : {}),
    },
    positionals: isMultiModel ? [root] : orElse(positionals, `${base}/model`),
    platform: { name: "sagemaker", accept, multiModelRoot: isMultiModel ? root : undefined },
  };
}

function vertex({ values, positionals }: ServeArguments, environment: Environment): PlatformArguments {
  return {
    values: onPlatform(values, environment.AIP_HTTP_PORT, "AIP_HTTP_PORT"),
    positionals: positionals.length > 0 ? positionals : storagePaths(environment.AIP_STORAGE_URI),
    platform: {
      name: "vertex",
      healthRoute: route(environment.AIP_HEALTH_ROUTE, "AIP_HEALTH_ROUTE", "/health"),
      predictRoute: route(environment.AIP_PREDICT_ROUTE, "AIP_PREDICT_ROUTE", "/predict"),
    },
  };
}

/** Reachable from outside of the container, at the port where it is asked, and gone before it is killed. */
function onPlatform(values: ServeValues, port: string | undefined, variable: string): ServeValues {
  const delay = values["drain-delay-ms"] ?? 0;
  return {
    ...values,
    host: values.host ?? "0.0.0.0",
    port: values.port ?? (port === undefined ? undefined : portOf(port, variable)),
    "drain-timeout-ms": values["drain-timeout-ms"] ?? Math.max(1, graceMilliseconds - reserveMilliseconds - delay),
  };
}

function portOf(text: string, variable: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw invalid(variable, text, "Set it to a port from 1 to 65535, or leave it out.");
}

/** Further ports of the container have to keep to the range that SageMaker leaves them. */
function checkPorts({ "admin-port": admin }: ServeValues, { SAGEMAKER_SAFE_PORT_RANGE: range }: Environment): void {
  if (range === undefined || admin === undefined) return;
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(range) ?? [];
  if (first === undefined || last === undefined) throw invalid("SAGEMAKER_SAFE_PORT_RANGE", range, "It is two ports, such as 9000-9100.");
  if (admin >= Number(first) && admin <= Number(last)) return;
  throw new SetosaError("ARGUMENT_INVALID", `SageMaker leaves this container the ports ${range}, and --admin-port is ${admin}.`, {
    path: "--admin-port",
    hint: "Write one of those ports, or use --admin-socket.",
  });
}

/** The folder that Vertex AI names, where it is one of this machine. */
function storagePaths(uri: string | undefined): readonly string[] {
  if (uri === undefined || uri === "") return [];
  if (uri.startsWith("file://")) return [fileURLToPath(uri)];
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1];
  if (scheme === undefined) return [uri];
  const mounted = uri.startsWith("gs://") ? `/gcs/${uri.slice("gs://".length)}` : "/models";
  throw new SetosaError("ARGUMENT_INVALID", `AIP_STORAGE_URI is ${uri.slice(0, 200)}, and models are read from files only.`, {
    path: "AIP_STORAGE_URI",
    hint: `Put the model into the image and write setosa serve FOLDER, or mount the bucket (Cloud Storage FUSE) and write setosa serve ${mounted}.`,
  });
}

function route(text: string | undefined, variable: string, usual: string): string {
  if (text === undefined || text === "") return usual;
  if (!/^\/[\x21-\x7e]*$/.test(text) || /[?#]/.test(text)) throw invalid(variable, text, "Set it to a path such as /predict.");
  return text.length > 1 ? text.replace(/\/+$/, "") : text;
}

function orElse(positionals: readonly string[], path: string): readonly string[] {
  return positionals.length > 0 ? positionals : [path];
}

/** `/opt/ml`, or what SageMaker's own containers may have instead. */
function baseFolder({ SAGEMAKER_BASE_DIR: folder }: Environment): string {
  return folder === undefined || folder === "" ? "/opt/ml" : folder.replace(/\/+$/, "");
}

function isTrue(text: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(text ?? "");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function invalid(variable: string, value: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", `${variable} is ${JSON.stringify(value.slice(0, 200))}.`, { path: variable, hint });
}
