export interface LatestOptions<Question, Answer> {
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>;
  readonly answered: (question: Question, answer: Answer) => void;
  readonly failed: (question: Question, error: unknown) => void;
}

/**
 * Asks one question at a time. Of those that come meanwhile only the latest is asked next: a slider makes a hundred of them a second, and
 * the server gets as many as it answers.
 */
export class Latest<Question, Answer> {
  readonly #options: LatestOptions<Question, Answer>;
  #running: AbortController | undefined;
  #next: { readonly question: Question } | undefined;
  #closed = false;

  constructor(options: LatestOptions<Question, Answer>) {
    this.#options = options;
  }

  ask(question: Question): void {
    if (this.#closed) return;
    this.#next = { question };
    if (this.#running === undefined) void this.#run();
  }

  /** What was asked is not wanted any more: nobody hears of its answer. */
  forget(): void {
    this.#next = undefined;
    this.#running?.abort();
    this.#running = undefined;
  }

  /** For good. */
  close(): void {
    this.#closed = true;
    this.forget();
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      const { question } = this.#next;
      this.#next = undefined;
      const running = new AbortController();
      this.#running = running;
      try {
        const answer = await this.#options.ask(question, running.signal);
        if (running.signal.aborted) return;
        this.#options.answered(question, answer);
      } catch (error) {
        if (running.signal.aborted) return;
        this.#options.failed(question, error);
      }
    }
    this.#running = undefined;
  }
}
