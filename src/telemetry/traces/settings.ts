import { SetosaError } from "../../errors.ts";
import { type SamplerName, type SamplerSettings, samplerNames } from "./sampler.ts";
import type { Attributes } from "./span.ts";

/** Where traces go, and which. */
export interface TraceSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one request to the collector. */
  readonly timeout: number;
  readonly sampler: SamplerSettings;
  readonly resource: Attributes;
  readonly mostQueued: number;
  readonly batch: number;
  /** Milliseconds. */
  readonly delay: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the option and OpenTelemetry's standard variables say; undefined where nothing is traced. The option goes before the
 * variables, and the variables of traces before those of all signals.
 * @param endpoint The collector's base URL, to which `v1/traces` is added
 * @throws SetosaError ARGUMENT_INVALID, with the variable as its path
 */
export function readTraceSettings(endpoint: string | undefined, environment: Environment, resource: Attributes): TraceSettings | undefined {
  const given = (name: string) => (environment[name]?.trim() === "" ? undefined : environment[name]?.trim());
  const signal = (name: string) => given(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? given(`OTEL_EXPORTER_OTLP_${name}`);
  if (given("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  if (endpoint === undefined && given("OTEL_TRACES_EXPORTER") === "none") return undefined;
  const url = traceUrl(endpoint, given);
  if (url === undefined) return undefined;
  if (endpoint === undefined && signal("PROTOCOL") === "grpc")
    throw new SetosaError("ARGUMENT_INVALID", "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and traces are sent as http/json only.", {
      path: "OTEL_EXPORTER_OTLP_PROTOCOL",
      hint: "Name the collector's HTTP port, which is 4318, with --otlp-endpoint, or set OTEL_TRACES_EXPORTER=none.",
    });
  const count = (name: string, otherwise: number) => readNumber(name, given(name), otherwise, 1, 2 ** 31 - 1);
  const mostQueued = count("OTEL_BSP_MAX_QUEUE_SIZE", 2048);
  return {
    url,
    headers: readPairs("OTEL_EXPORTER_OTLP_HEADERS", signal("HEADERS")),
    timeout: readNumber("OTEL_EXPORTER_OTLP_TIMEOUT", signal("TIMEOUT"), 10_000, 1, 2 ** 31 - 1),
    sampler: readSampler(given("OTEL_TRACES_SAMPLER"), given("OTEL_TRACES_SAMPLER_ARG")),
    resource: {
      ...resource,
      ...readPairs("OTEL_RESOURCE_ATTRIBUTES", given("OTEL_RESOURCE_ATTRIBUTES")),
      ...(given("OTEL_SERVICE_NAME") === undefined ? {} : { "service.name": given("OTEL_SERVICE_NAME") }),
    },
    mostQueued,
    batch: Math.min(mostQueued, count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512)),
    delay: count("OTEL_BSP_SCHEDULE_DELAY", 5000),
  };
}

function traceUrl(option: string | undefined, given: (name: string) => string | undefined): string | undefined {
  const whole = option === undefined ? given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") : undefined;
  if (whole !== undefined) return httpUrl("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", whole).href;
  const base = option ?? given("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (base === undefined) return undefined;
  const url = httpUrl(option === undefined ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "--otlp-endpoint", base);
  if (!url.pathname.endsWith("/v1/traces")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`;
  return url.href;
}

function httpUrl(path: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new SetosaError("ARGUMENT_INVALID", `${path} is no URL of http or https.`, {
    path,
    hint: "Write one such as http://localhost:4318.",
  });
}

function readSampler(name = "parentbased_always_on", argument: string | undefined): SamplerSettings {
  const known = samplerNames.find((other): other is SamplerName => other === name);
  if (known === undefined)
    throw new SetosaError("ARGUMENT_INVALID", `OTEL_TRACES_SAMPLER is ${JSON.stringify(name)}.`, {
      path: "OTEL_TRACES_SAMPLER",
      hint: `It takes ${samplerNames.join(", ")}.`,
    });
  return { name: known, ratio: known.endsWith("traceidratio") ? readNumber("OTEL_TRACES_SAMPLER_ARG", argument, 1, 0, 1) : 1 };
}

function readNumber(path: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new SetosaError("ARGUMENT_INVALID", `${path} is ${JSON.stringify(text)}.`, {
    path,
    hint: `Write a number of ${least} to ${most}.`,
  });
}

/** `key1=value1,key2=value2`, percent-encoded. Values may be secrets, and are not quoted in errors. */
function readPairs(path: string, text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of (text ?? "").split(",")) {
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const key = part.slice(0, Math.max(0, at)).trim();
    if (key === "") throw badPairs(path);
    try {
      pairs[key] = decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      throw badPairs(path);
    }
  }
  return pairs;
}

function badPairs(path: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", `${path} is no list of names and values.`, {
    path,
    hint: "Write name=value,name=value, with what is special as %20.",
  });
}
