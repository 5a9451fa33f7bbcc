import { type HistogramData, LatencyHistogram } from "../measure/histogram.ts";
import { type AnswerForm, readPrediction, samePrediction } from "../prediction.ts";
import { Connection, type Endpoint } from "./connection.ts";
import type { Answer } from "./response-reader.ts";
import { threadCpuSeconds } from "./thread-cpu.ts";

/** What one thread sends to one target for a while. Plain data: it crosses threads. */
export interface LoadSpec {
  readonly endpoint: Endpoint;
  /** Sent in turn, from `offset` on. */
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  readonly offset: number;
  /** By request; undefined where the prediction is not looked at. */
  readonly expected: readonly unknown[];
  readonly answerForm: AnswerForm;
  readonly connections: number;
  /**
   * Opens all connections so many milliseconds before the first request: a server that has too much to do accepts new ones late (Node
   * one in a turn of its event loop), and what waits for that has not reached it.
   */
  readonly openBefore?: number;
  /** Requests per second that are due; a closed loop where it is absent. */
  readonly rate?: number;
  /** How long requests are sent; those under way are waited for. */
  readonly seconds: number;
  /** Ends sooner when so many were sent. */
  readonly count?: number;
  readonly timeoutMilliseconds: number;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly answers: number;
  readonly checked: number;
  readonly latency: HistogramData;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Seconds that this thread was on a core. */
  readonly cpuSeconds: number;
}

/** Where one request is sent over and over, one answer in this many is looked at. */
const checkEvery = 64;
/** A target that refuses connections is not asked in a tight loop. */
const pauseAfterFailure = 20;
const timeoutCheck = 100;
/** How much longer than it should an open loop may take to send what is due. */
const lateShare = 0.1;

/** Sends the load and returns when every request has its answer or has failed. */
export function runLoad(spec: LoadSpec): Promise<LoadResult> {
  return new Promise((resolve) => new Load(spec, resolve).start());
}

/** A connection with the request that it has under way: which one, when it was due, and when it was sent. */
interface Slot {
  readonly connection: Connection;
  index: number;
  since: number;
  sent: number;
}

class Load {
  readonly #spec: LoadSpec;
  readonly #resolve: (result: LoadResult) => void;
  readonly #latency = new LatencyHistogram();
  /** By status. */
  readonly #statuses = new Float64Array(1000);
  readonly #failures: Record<string, number> = {};
  readonly #slots: readonly Slot[];
  readonly #idle: Slot[] = [];
  #checked = 0;
  #answers = 0;
  #bytes = 0;
  #sent = 0;
  #done = 0;
  #lastAnswer = 0;
  #started = 0;
  #cpu = 0;
  #waking = false;
  /** In an open loop: how many requests become due. */
  #total: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: LoadSpec, resolve: (result: LoadResult) => void) {
    this.#spec = spec;
    this.#resolve = resolve;
    const { rate = Number.POSITIVE_INFINITY, seconds, count = Number.POSITIVE_INFINITY } = spec;
    this.#total = Math.min(Math.floor(seconds * rate), count);
    this.#slots = Array.from({ length: spec.connections }, () => this.#slot());
  }

  #slot(): Slot {
    const connection = new Connection(this.#spec.endpoint, {
      answer: (answer) => this.#answered(slot, answer),
      failure: (kind) => this.#failed(slot, kind),
    });
    const slot: Slot = { connection, index: 0, since: 0, sent: 0 };
    return slot;
  }

  async start(): Promise<void> {
    const { openBefore } = this.#spec;
    if (openBefore !== undefined) {
      await Promise.all(this.#slots.map(({ connection }) => connection.open()));
      await new Promise((resolve) => setTimeout(resolve, openBefore));
    }
    this.#cpu = threadCpuSeconds();
    this.#started = this.#lastAnswer = performance.now();
    this.#timer = setInterval(() => this.#checkTimeouts(), timeoutCheck);
    if (this.#spec.rate === undefined) {
      for (const slot of this.#slots) if (!this.#over(this.#started)) this.#send(slot, performance.now());
    } else {
      this.#idle.push(...this.#slots);
      this.#sendDue();
    }
  }

  #over(now: number): boolean {
    const { count, seconds } = this.#spec;
    return now - this.#started >= seconds * 1000 || (count !== undefined && this.#sent >= count);
  }

  #send(slot: Slot, since: number, now = since): void {
    const { requests, offset } = this.#spec;
    slot.index = (offset + this.#sent++) % requests.length;
    slot.since = since;
    slot.sent = now;
    slot.connection.send(requests[slot.index] as Uint8Array);
  }

  /** Open loop: what is due is sent where a connection is free, and is timed from when it was due. */
  #sendDue(): void {
    const { rate = 1, seconds } = this.#spec;
    const due = (index: number): number => this.#started + (index * 1000) / rate;
    const now = performance.now();
    // What is due long ago and was never sent shows in the rate; sending it all would take as long as it takes.
    if (now - this.#started > seconds * 1000 * (1 + lateShare)) this.#total = this.#sent;
    while (this.#sent < this.#total && due(this.#sent) <= now && this.#idle.length > 0)
      this.#send(this.#idle.pop() as Slot, due(this.#sent), now);
    if (this.#sent >= this.#total) {
      this.#finishWhenDone(now);
      return;
    }
    const wait = due(this.#sent) - now;
    // Timers are a millisecond coarse; where a connection has to come free first, its answer comes here.
    if (this.#waking || this.#idle.length === 0) return;
    this.#waking = true;
    const wake = (): void => {
      this.#waking = false;
      this.#sendDue();
    };
    if (wait > 2) setTimeout(wake, wait - 1.5);
    else setImmediate(wake);
  }

  #answered(slot: Slot, answer: Answer): void {
    const now = performance.now();
    const { status } = answer;
    this.#bytes += answer.bytes;
    this.#lastAnswer = now;
    this.#statuses[status] = (this.#statuses[status] as number) + 1;
    if (status < 200 || status > 299) this.#count(`status ${status}`);
    else if (!this.#isExpected(slot.index, answer)) this.#count("wrong prediction");
    else {
      this.#answers++;
      this.#latency.record(now - slot.since);
    }
    this.#next(slot, now);
  }

  #failed(slot: Slot, kind: string): void {
    this.#count(kind);
    this.#lastAnswer = performance.now();
    setTimeout(() => this.#next(slot, performance.now()), pauseAfterFailure);
  }

  #count(kind: string): void {
    this.#failures[kind] = (this.#failures[kind] ?? 0) + 1;
  }

  #isExpected(index: number, { body }: Answer): boolean {
    const { expected, requests, answerForm } = this.#spec;
    const wanted = expected[index];
    if (wanted === undefined) return true;
    const looked = requests.length >= checkEvery || this.#done % checkEvery === 0;
    if (!looked) return true;
    this.#checked++;
    return samePrediction(readPrediction(body.toString("utf8"), answerForm), wanted);
  }

  #next(slot: Slot, now: number): void {
    this.#done++;
    if (this.#spec.rate === undefined) {
      if (this.#over(now)) this.#finishWhenDone(now);
      else this.#send(slot, now);
      return;
    }
    this.#idle.push(slot);
    // While it waits for what is due next it wakes by itself; while no connection was free it waits for this.
    if (!this.#waking) this.#sendDue();
    else this.#finishWhenDone(now);
  }

  #finishWhenDone(now: number): void {
    const all = this.#spec.rate === undefined ? this.#over(now) : this.#sent >= this.#total;
    if (!all || this.#done < this.#sent || this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const { connection } of this.#slots) connection.close();
    this.#resolve({
      seconds: (this.#lastAnswer - this.#started) / 1000,
      answers: this.#answers,
      checked: this.#checked,
      latency: this.#latency.data(),
      statuses: Object.fromEntries([...this.#statuses.entries()].filter(([, count]) => count > 0)),
      failures: this.#failures,
      bytes: this.#bytes,
      cpuSeconds: threadCpuSeconds() - this.#cpu,
    });
  }

  #checkTimeouts(): void {
    const now = performance.now();
    for (const { connection, sent } of this.#slots)
      if (connection.busy && now - sent > this.#spec.timeoutMilliseconds) connection.fail("no answer in time");
  }
}
