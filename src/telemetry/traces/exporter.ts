import { otlpJson } from "./otlp-json.ts";
import type { Attributes, Span } from "./span.ts";

/** What came of one request to the collector; status 0 where none was reached. */
export interface SendResult {
  readonly status: number;
  /** Why, for people, where it was not taken. */
  readonly reason?: string;
  /** Milliseconds that the collector asks to wait. */
  readonly retryAfter?: number | undefined;
  /** Spans that it took out of the batch and threw away. */
  readonly rejected?: number;
}

export interface ExporterOptions {
  readonly send: (body: string) => Promise<SendResult>;
  readonly resource: Attributes;
  /** Of this package. */
  readonly version: string;
  /** Spans that wait at the most; what comes beyond is dropped, and counted. */
  readonly mostQueued: number;
  /** Spans in one request. */
  readonly batch: number;
  /** Milliseconds that spans wait for others. */
  readonly delay: number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Takes what went wrong: a log. */
  readonly warn: (message: string, spans: number) => void;
}

/** OTLP: these are worth another try. */
const retryable: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);
const mostTries = 6;
const firstPause = 1000;
const longestPause = 30_000;

/** Sends spans in batches, one request at a time. Requests of clients never wait for it. */
export class SpanExporter {
  readonly #options: ExporterOptions;
  #queue: Span[] = [];
  #dropped = 0;
  #sent = 0;
  #sending: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #endPause: (() => void) | undefined;
  #closing = false;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  /** Spans that were sent, and that were lost. */
  get counts(): { readonly sent: number; readonly dropped: number } {
    return { sent: this.#sent, dropped: this.#dropped };
  }

  add(spans: readonly Span[]): void {
    if (this.#queue.length + spans.length > this.#options.mostQueued) {
      this.#dropped += spans.length;
      return;
    }
    this.#queue.push(...spans);
    if (this.#queue.length >= this.#options.batch) this.#start();
    else this.#later();
  }

  /** Sends what there is, without waiting between tries, and resolves when nothing is left. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#endPause?.();
    this.#start();
    await this.#sending;
    if (this.#dropped > 0) this.#options.warn("spans were dropped in all", this.#dropped);
  }

  #later(): void {
    if (this.#cancel !== undefined || this.#sending !== undefined) return;
    this.#cancel = this.#options.timer(this.#options.delay, () => {
      this.#cancel = undefined;
      this.#start();
    });
  }

  #start(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#sending === undefined && this.#queue.length > 0) this.#sending = this.#run();
  }

  async #run(): Promise<void> {
    const { batch } = this.#options;
    do {
      await this.#deliver(this.#queue.splice(0, batch));
    } while (this.#queue.length >= batch || (this.#closing && this.#queue.length > 0));
    this.#sending = undefined;
    if (this.#queue.length > 0) this.#later();
  }

  async #deliver(spans: readonly Span[]): Promise<void> {
    const { send, resource, version, warn } = this.#options;
    const body = otlpJson(spans, resource, version);
    for (let tries = 1; ; tries++) {
      const { status, reason, retryAfter, rejected = 0 } = await send(body);
      if (status >= 200 && status < 300) {
        this.#sent += spans.length - rejected;
        if (rejected > 0) this.#lose(rejected, `the collector rejected spans: ${reason ?? "no reason given"}`);
        return;
      }
      const why = `spans could not be sent: ${reason ?? `status ${status}`}`;
      if (!retryable.has(status) || tries >= mostTries || this.#closing) {
        this.#lose(spans.length, why);
        return;
      }
      if (tries === 1) warn(`${why}; trying again`, spans.length);
      await this.#pause(tries, retryAfter);
    }
  }

  #lose(count: number, why: string): void {
    this.#dropped += count;
    this.#options.warn(why, count);
  }

  /** Twice as long each time, and not at the same time as everybody else. */
  #pause(tries: number, retryAfter: number | undefined): Promise<void> {
    const own = Math.min(longestPause, firstPause * 2 ** (tries - 1)) * (0.5 + this.#options.random() / 2);
    return new Promise((resolve) => {
      const cancel = this.#options.timer(Math.min(longestPause, Math.max(own, retryAfter ?? 0)), resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
