import { type Attributes, type Span, spanKinds } from "./span.ts";

/**
 * ExportTraceServiceRequest of opentelemetry-proto in the JSON that OTLP/HTTP has: ids as hexadecimal digits (not as base64, where
 * it departs from protobuf's JSON), 64-bit numbers as strings, enumerations as numbers.
 */
export function otlpJson(spans: readonly Span[], resource: Attributes, version: string): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: "setosa", version }, spans: spans.map(spanJson) }],
      },
    ],
  });
}

/** STATUS_CODE_ERROR. */
const failed = 2;
/** Of the flags' higher bits: whether the parent is known to be another process's, and that it is. */
const parentIsRemote = 0x300;
const parentIsLocal = 0x100;

function spanJson({ traceId, spanId, parentId, state, flags, name, kind, start, end, attributes, failed: hasFailed }: Span) {
  return {
    traceId,
    spanId,
    ...(state === undefined ? {} : { traceState: state }),
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    flags: flags | (kind === "server" && parentId !== undefined ? parentIsRemote : parentIsLocal),
    name,
    kind: spanKinds[kind],
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: keyValues(attributes),
    ...(hasFailed ? { status: { code: failed } } : {}),
  };
}

function keyValues(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));
}

function anyValue(value: string | number | boolean) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
