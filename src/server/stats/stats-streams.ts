import { SetosaError } from "../../errors.ts";
import type { Answer, AnswerStream, BodyStream, Head, HttpRequest } from "../../protocols/exchange.ts";
import type { StatsStep } from "../../telemetry/stats/stats.ts";
import { allowedStats, allowedStep } from "./allowed-stats.ts";
import type { StatsSource } from "./stats-source.ts";

/** Of one process: each of them is a connection, and a text for every point. */
export const mostStreams = 32;
/** How often whoever keeps the points is asked for new ones, while anybody wants to hear of them. */
const pollMilliseconds = 1000;
/** Looks that a client may leave what was written unread before it is let go. */
const mostBehind = 10;

const head: Head = {
  status: 200,
  headers: {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    // nginx keeps answers back otherwise.
    "x-accel-buffering": "no",
  },
};
/** What is sent already cannot be changed by it: only that the answer has its end, or has not. */
const wholeAnswer: Answer = { head, body: "" };

interface Reader {
  readonly request: HttpRequest;
  readonly body: BodyStream;
  readonly answer: AnswerStream;
  /** Of the last point that it was sent. */
  number: number;
  behind: number;
  /** What it has not taken yet. */
  untaken: Promise<void> | undefined;
  readonly end: (failure?: SetosaError) => void;
}

export interface StreamClocks {
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

/** The clients that hear of each point as it comes: so many and no more, and none that does not read. */
export class StatsStreams {
  readonly #source: StatsSource;
  readonly #clocks: StreamClocks;
  readonly #readers = new Set<Reader>();
  #cancel: (() => void) | undefined;
  #looking = false;
  #closed = false;

  constructor(source: StatsSource, clocks: StreamClocks) {
    this.#source = source;
    this.#clocks = clocks;
  }

  /** Tells a client of all there is, and then of each point, until it goes, falls behind, or the server stops. */
  async run(request: HttpRequest, body: BodyStream, answer: AnswerStream): Promise<Answer> {
    if (this.#closed) throw new SetosaError("SERVER_DRAINING", "The server is stopping.", { hint: "Ask another one." });
    if (this.#readers.size >= mostStreams)
      throw new SetosaError("OVERLOADED", `${mostStreams} clients listen already, which is the most.`, {
        hint: "Ask GET /stats now and then.",
      });
    let end: Reader["end"] = () => {};
    const ended = new Promise<Answer>((resolve, reject) => {
      end = (failure) => (failure === undefined ? resolve(wholeAnswer) : reject(failure));
    });
    const reader: Reader = { request, body, answer, number: 0, behind: 0, untaken: undefined, end };
    // Taken before the first wait: the bound has to hold for those who come meanwhile.
    this.#readers.add(reader);
    try {
      const stats = allowedStats(await this.#source.all(), request);
      if (!this.#closed) {
        reader.number = stats.points.at(-1)?.number ?? 0;
        answer.begin(head);
        this.#write(reader, `retry: 3000\n${event("stats", stats)}`);
        this.#watch();
        return await ended;
      }
      return wholeAnswer;
    } finally {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    }
  }

  /** Ends all streams, and begins no more: the server stops. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
    this.#rest();
  }

  #watch(): void {
    if (this.#looking || this.#closed) return;
    this.#cancel ??= this.#clocks.timer(pollMilliseconds, () => void this.#look());
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#cancel = undefined;
    const numbers = [...this.#readers].map(({ number }) => number);
    // A supervisor that does not answer is busy: there is a next look.
    const steps = numbers.length === 0 ? [] : await this.#source.after(Math.min(...numbers)).catch(() => []);
    const texts = new Map<StatsStep, string>();
    const textOf = (step: StatsStep) => {
      const text = texts.get(step) ?? event("point", step);
      texts.set(step, text);
      return text;
    };
    for (const reader of this.#readers) this.#tell(reader, steps, textOf);
    this.#looking = false;
    if (this.#readers.size > 0) this.#watch();
  }

  #tell(reader: Reader, steps: readonly StatsStep[], textOf: (step: StatsStep) => string): void {
    // Written to by nobody yet: all that there is is on its way.
    if (!reader.answer.begun) return;
    if (reader.body.broken !== undefined) {
      reader.end(reader.body.broken);
      return;
    }
    if (reader.untaken !== undefined) {
      if (++reader.behind >= mostBehind)
        reader.end(new SetosaError("REQUEST_CANCELLED", "The client does not read what it is told.", { hint: "Ask again." }));
      return;
    }
    for (const step of steps) {
      if (step.point.number <= reader.number) continue;
      reader.number = step.point.number;
      this.#write(reader, reader.request.allowedModels === undefined ? textOf(step) : event("point", allowedStep(step, reader.request)));
    }
  }

  #write(reader: Reader, text: string): void {
    try {
      const untaken = reader.answer.write(text);
      if (untaken === undefined) return;
      reader.untaken = untaken;
      untaken.then(
        () => {
          reader.untaken = undefined;
          reader.behind = 0;
        },
        (failure: SetosaError) => reader.end(failure),
      );
    } catch (failure) {
      reader.end(failure as SetosaError);
    }
  }
}

/** In the form of the HTML standard, 9.2.5. JSON has no line ends. */
function event(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
}
