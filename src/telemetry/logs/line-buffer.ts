/** Where lines end up. */
export interface LineSink {
  /** Resolves when the text is written; never rejects: what cannot be written is lost. */
  write(text: string): Promise<void>;
}

export interface LineBufferOptions {
  readonly sink: LineSink;
  /** Longest time that a line waits for others, in milliseconds. */
  readonly milliseconds: number;
  /** Characters that wait at the most; lines beyond are dropped, and counted. */
  readonly most: number;
  /** Says, in a line, how many were dropped. */
  readonly droppedLine: (count: number) => string;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

/** So much is written without waiting for more. */
const batch = 32_768;

/**
 * Collects lines and writes many at once, one write at a time. A reader that does not keep up costs lines, and never
 * makes a request wait.
 */
export class LineBuffer {
  readonly #options: LineBufferOptions;
  #pending = "";
  /** Since the last line that said so. */
  #dropped = 0;
  #droppedInAll = 0;
  #urgent = false;
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: LineBufferOptions) {
    this.#options = options;
  }

  /** Lines that were lost since the start. */
  get dropped(): number {
    return this.#droppedInAll;
  }

  /** A line that may wait. */
  add(line: string): void {
    if (!this.#put(line)) return;
    if (this.#pending.length >= batch) this.#start();
    else this.#later();
  }

  /** A line that is written as soon as it can be, behind those before it. */
  addNow(line: string): void {
    if (!this.#put(line)) return;
    this.#urgent = true;
    this.#start();
  }

  /** Resolves when all that was added is written. */
  async flush(): Promise<void> {
    do {
      this.#urgent = true;
      this.#start();
      await this.#writing;
    } while (this.#pending !== "");
  }

  #put(line: string): boolean {
    if (this.#pending.length + line.length > this.#options.most) {
      this.#dropped++;
      this.#droppedInAll++;
      return false;
    }
    this.#pending += line;
    return true;
  }

  #later(): void {
    if (this.#cancel !== undefined || this.#writing !== undefined) return;
    this.#cancel = this.#options.timer(this.#options.milliseconds, () => {
      this.#cancel = undefined;
      this.#start();
    });
  }

  #start(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#writing === undefined && this.#pending !== "") this.#writing = this.#write();
  }

  async #write(): Promise<void> {
    do {
      const text = this.#pending;
      this.#pending = "";
      this.#urgent = false;
      await this.#options.sink.write(text);
      if (this.#dropped > 0) {
        this.#pending += this.#options.droppedLine(this.#dropped);
        this.#dropped = 0;
      }
    } while (this.#pending.length >= batch || (this.#urgent && this.#pending !== ""));
    this.#writing = undefined;
    // What came meanwhile waits for more, so that a busy server does not write line by line.
    if (this.#pending !== "") this.#later();
  }
}
