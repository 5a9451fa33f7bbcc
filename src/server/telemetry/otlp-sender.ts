import type { SendResult } from "../../telemetry/traces/exporter.ts";

export interface OtlpSenderOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Of a collector's answer, what is read. */
const longestAnswer = 65_536;

/** Posts to an OpenTelemetry collector (OTLP/HTTP, JSON). */
export function otlpSender({ url, headers, timeout }: OtlpSenderOptions): (body: string) => Promise<SendResult> {
  return async (body) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: { ...headers, "content-type": "application/json" },
        // A redirection would send spans, and the headers' secrets, to somewhere else.
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      const text = (await response.text()).slice(0, longestAnswer);
      const { status } = response;
      if (status < 200 || status >= 300) return { status, reason: `status ${status}`, retryAfter: retryAfter(response.headers) };
      return { status, ...partialSuccess(text) };
    } catch (error) {
      return { status: 0, reason: error instanceof Error ? causeOf(error) : String(error) };
    }
  };
}

function retryAfter(headers: { get(name: string): string | null }): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** ExportTracePartialSuccess, where there is one. */
function partialSuccess(text: string): { rejected?: number; reason?: string } {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null || !("partialSuccess" in answer)) return {};
    const partial = answer.partialSuccess as { rejectedSpans?: unknown; errorMessage?: unknown } | null;
    const rejected = Number(partial?.rejectedSpans ?? 0);
    return rejected > 0 ? { rejected, reason: String(partial?.errorMessage ?? "") } : {};
  } catch {
    return {};
  }
}

/** `fetch failed` says less than why it did. */
function causeOf({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? (cause.message || message);
}
