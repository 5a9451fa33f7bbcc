import type { Outcome } from "./client.ts";
import type { Question } from "./questions.ts";

/** A kill or a burst explains what goes wrong until so long after it. */
const aftermathMilliseconds = 3000;
const mostShown = 20;

/** Answers by what became of them, and what nothing explains. */
export class Tally {
  #right = 0;
  #refused = 0;
  #cut = 0;
  #kills = 0;
  #bursts = 0;
  #bursting = false;
  #burstEnded = Number.NEGATIVE_INFINITY;
  #killedAt = Number.NEGATIVE_INFINITY;
  /** Requests that the last kill may have cut off. */
  #mayBeCut = 0;
  readonly #wrong: string[] = [];
  readonly #unexplained: string[] = [];

  count(question: Question, outcome: Outcome): void {
    if (outcome.kind === "failed") {
      if (performance.now() - this.#killedAt < aftermathMilliseconds && this.#mayBeCut > 0) {
        this.#mayBeCut--;
        this.#cut++;
      } else this.#unexplained.push(`${question.path}: ${outcome.why}`);
      return;
    }
    const { status, body, retryAfter } = outcome;
    if (status === 503 || status === 429 || status === 504) {
      const wasBurst = this.#bursting || performance.now() - this.#burstEnded < aftermathMilliseconds;
      if (wasBurst && (status === 504 || retryAfter !== undefined)) this.#refused++;
      else this.#unexplained.push(`${question.path}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
      return;
    }
    const fault = question.check(status, body);
    if (fault === undefined) this.#right++;
    else this.#wrong.push(fault);
  }

  burstBegins(): void {
    this.#bursts++;
    this.#bursting = true;
  }

  burstEnds(): void {
    this.#bursting = false;
    this.#burstEnded = performance.now();
  }

  killed(underWay: number): void {
    this.#kills++;
    this.#killedAt = performance.now();
    this.#mayBeCut = underWay;
  }

  text(): string {
    return `${this.#right} right, ${this.#wrong.length} wrong, ${this.#refused} refused in ${this.#bursts} bursts, ${this.#cut} cut off by ${this.#kills} kills, ${this.#unexplained.length} unexplained`;
  }

  result() {
    return {
      right: this.#right,
      wrong: this.#wrong.length,
      refusedInBursts: this.#refused,
      bursts: this.#bursts,
      cutOffByKills: this.#cut,
      kills: this.#kills,
      unexplained: this.#unexplained.length,
    };
  }

  faults(): string[] {
    return [...this.#wrong.slice(0, mostShown), ...this.#unexplained.slice(0, mostShown)];
  }
}
