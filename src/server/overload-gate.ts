/** How often the loop's lag is looked at. */
const tickMilliseconds = 25;
/** A turn that lasts longer than its target once is a hiccup; turns that do for so long are too much load. */
const standingMilliseconds = 100;
/** Without a long turn for so long, turns are no longer measured. */
const calmMilliseconds = 1000;
/** Requests that are answered in a turn however long they take: so many clients are no crowd, wherever the time goes. */
const leastAnswered = 64;
/** Share of the time that refusing may take: the rest is for answers. */
const refusingShare = 0.08;
/** What a refusal takes, most of it in the kernel: reading, writing. */
const refusalMilliseconds = 0.01;

export interface OverloadGateOptions<Answer> {
  /** Milliseconds that a turn of the event loop may take while they follow each other without a pause. */
  readonly target: number;
  /** What those are answered that are refused. */
  readonly refusal: Answer;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back at the end of this turn of the event loop, when everything that had come was handled. */
  readonly endOfTurn: (callback: () => void) => void;
  /** Calls back every so many milliseconds, as nearly as the event loop allows. */
  readonly every: (milliseconds: number, callback: () => void) => void;
}

/**
 * Refuses requests when more come than the event loop can answer. What is answered inline waits in no queue of ours, but in the
 * sockets: a turn of the loop answers all that had come at its beginning, so that its length is the wait. While turns longer
 * than the target follow each other, a turn answers requests for that long and refuses the others: at once as far as
 * `refusingShare` goes, and later what is beyond, so that however many come the server's time goes into answers. For a small
 * request, reading it and refusing it costs half of answering it.
 *
 * Off the path of requests while the loop keeps up: then all it costs is looking at `watching`.
 */
export class OverloadGate<Answer> {
  /** Whether turns are measured: `admit` has to be asked. */
  watching = false;
  readonly #options: OverloadGateOptions<Answer>;
  readonly #refusalsPerTurn: number;
  #turnStart: number | undefined;
  #answered = 0;
  #refused = 0;
  /** Since when every turn has lasted longer than the target. */
  #longSince: number | undefined;
  #lastLong = 0;
  #lastTick: number;
  /** Refusals that are beyond what a turn may spend on them, in the order of their requests. */
  #held: ((answer: Answer) => void)[] = [];

  constructor(options: OverloadGateOptions<Answer>) {
    this.#options = options;
    this.#refusalsPerTurn = Math.max(1, Math.floor((options.target * refusingShare) / refusalMilliseconds));
    this.#lastTick = options.now();
    options.every(tickMilliseconds, () => this.#tick());
  }

  /** To be asked before a request is answered. @returns undefined where it is to be answered, else its refusal */
  admit(): Answer | Promise<Answer> | undefined {
    const now = this.#options.now();
    if (this.#turnStart === undefined) this.#beginTurn(now);
    const turn = now - (this.#turnStart ?? now);
    const standing = this.#longSince !== undefined && now - this.#longSince >= standingMilliseconds;
    if (!standing || turn <= this.#options.target || this.#answered < leastAnswered) {
      this.#answered++;
      return undefined;
    }
    if (this.#held.length === 0 && this.#refused < this.#refusalsPerTurn) {
      this.#refused++;
      return this.#options.refusal;
    }
    return new Promise((resolve) => this.#held.push(resolve));
  }

  #beginTurn(now: number): void {
    this.#turnStart = now;
    this.#answered = 0;
    this.#refused = 0;
    this.#options.endOfTurn(() => this.#endTurn(now));
  }

  #endTurn(began: number): void {
    const now = this.#options.now();
    this.#turnStart = undefined;
    if (now - began > this.#options.target) {
      this.#lastLong = now;
      this.#longSince ??= began;
    } else if (now - began < this.#options.target / 2) this.#longSince = undefined;
    if (this.#held.length === 0) return;
    for (const refuse of this.#held.splice(0, this.#refusalsPerTurn - this.#refused)) refuse(this.#options.refusal);
    // Whoever is held sends nothing more, and cannot begin the next turn.
    if (this.#held.length > 0) this.#beginTurn(now);
  }

  /** The loop was late by the length of a turn: that is when turns are worth measuring. */
  #tick(): void {
    const now = this.#options.now();
    const late = now - this.#lastTick - tickMilliseconds;
    this.#lastTick = now;
    if (late > this.#options.target / 2) {
      this.watching = true;
      this.#lastLong = now;
    } else if (this.watching && this.#held.length === 0 && now - this.#lastLong > calmMilliseconds) {
      this.watching = false;
      this.#longSince = undefined;
    }
  }
}
