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
  #replacedAt = Number.NEGATIVE_INFINITY;
  /** Workers that were killed and have not been replaced yet. */
  #missing = 0;
  /** Requests that the last kill may have cut off. */
  #mayBeCut = 0;
  #wrong = 0;
  #unexplained = 0;
  readonly #faults: string[] = [];

  count(question: Question, outcome: Outcome): void {
    if (outcome.kind === "failed") {
      const afterKill = this.#missing > 0 || performance.now() - this.#replacedAt < aftermathMilliseconds;
      if (afterKill && this.#mayBeCut > 0) {
        this.#mayBeCut--;
        this.#cut++;
      } else this.#cannotExplain(`${question.path}: ${outcome.why}`);
      return;
    }
    const { status, body, retryAfter } = outcome;
    if (status === 503 || status === 429 || status === 504) {
      const wasBurst = this.#bursting || performance.now() - this.#burstEnded < aftermathMilliseconds;
      if (wasBurst && (status === 504 || retryAfter !== undefined)) this.#refused++;
      else this.#cannotExplain(`${question.path}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
      return;
    }
    const fault = question.check(status, body);
    if (fault === undefined) this.#right++;
    else {
      this.#wrong++;
      this.#tell(fault);
    }
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
    this.#missing++;
    this.#mayBeCut = underWay;
  }

  /** Another worker serves in the place of a killed one. */
  replaced(): void {
    this.#missing--;
    this.#replacedAt = performance.now();
  }

  text(): string {
    return `${this.#right} right, ${this.#wrong} wrong, ${this.#refused} refused in ${this.#bursts} bursts, ${this.#cut} cut off by ${this.#kills} kills, ${this.#unexplained} unexplained`;
  }

  result() {
    return {
      right: this.#right,
      wrong: this.#wrong,
      refusedInBursts: this.#refused,
      bursts: this.#bursts,
      cutOffByKills: this.#cut,
      kills: this.#kills,
      unexplained: this.#unexplained,
    };
  }

  /** The first of them, in the order in which they came. */
  faults(): readonly string[] {
    return this.#faults;
  }

  #cannotExplain(fault: string): void {
    this.#unexplained++;
    this.#tell(fault);
  }

  #tell(fault: string): void {
    if (this.#faults.length < mostShown) this.#faults.push(fault);
  }
}
