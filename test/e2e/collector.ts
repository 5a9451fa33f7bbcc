import { createServer, type IncomingHttpHeaders } from "node:http";

/** A span as OTLP's JSON has it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly flags: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code: number };
  /** By key. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: CollectedSpan[];
  readonly bodies: string[];
  readonly paths: string[];
  readonly headers: IncomingHttpHeaders[];
  /** By key. */
  resource: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

type KeyValues = readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: KeyValues };
    readonly scopeSpans: readonly { readonly spans: readonly (Omit<CollectedSpan, "attributes"> & { readonly attributes: KeyValues })[] }[];
  }[];
}

/**
 * Stands in the place of an OpenTelemetry collector: takes OTLP over HTTP as JSON, and keeps it.
 * @param answers The statuses of the first answers; 200 afterwards
 */
export async function startCollector(answers: readonly number[] = []): Promise<Collector> {
  const left = [...answers];
  const collector: Collector = { url: "", spans: [], bodies: [], paths: [], headers: [], resource: {}, close: async () => {} };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      collector.paths.push(request.url ?? "");
      collector.headers.push(request.headers);
      const status = left.shift() ?? 200;
      if (status === 200) take(collector, body);
      response.writeHead(status, { "content-type": "application/json", ...(status === 503 ? { "retry-after": "0" } : {}) });
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(collector, { url: `http://127.0.0.1:${port}`, close });
}

function take(collector: Collector, text: string): void {
  collector.bodies.push(text);
  const { resourceSpans } = JSON.parse(text) as Body;
  for (const { resource, scopeSpans } of resourceSpans) {
    collector.resource = byKey(resource.attributes);
    for (const { spans } of scopeSpans) for (const span of spans) collector.spans.push({ ...span, attributes: byKey(span.attributes) });
  }
}

function byKey(attributes: KeyValues): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
