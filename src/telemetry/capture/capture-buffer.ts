/** Where captured lines end up. */
export interface CaptureSink {
  /**
   * Appends whole lines.
   * @returns how many of them were lost
   */
  append(lines: readonly string[]): Promise<number>;
}

export interface CaptureBufferOptions {
  readonly sink: CaptureSink;
  /** Characters that wait at the most; lines beyond are dropped, and counted. */
  readonly most: number;
  /** Milliseconds that lines wait for others. */
  readonly delay: number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  /** Hears that there was no room. */
  readonly full: () => void;
}

/** Collects captured lines, and hands them on when nobody waits for it. */
export class CaptureBuffer {
  readonly #options: CaptureBufferOptions;
  #lines: string[] = [];
  #length = 0;
  #written = 0;
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: CaptureBufferOptions) {
    this.#options = options;
  }

  get counts(): { readonly written: number; readonly dropped: number } {
    return { written: this.#written, dropped: this.#dropped };
  }

  /** Whether there is room for more: asked before a line is made. */
  get hasRoom(): boolean {
    return this.#length < this.#options.most;
  }

  /** A line that could not be made or has no room. */
  drop(): void {
    this.#dropped++;
    this.#options.full();
  }

  add(line: string): void {
    if (this.#length + line.length > this.#options.most) {
      this.drop();
      return;
    }
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#cancel !== undefined || this.#writing !== undefined) return;
    this.#cancel = this.#options.timer(this.#options.delay, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }

  /** Resolves when all that was added is written. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#lines.length > 0) {
      const [lines, length] = [this.#lines, this.#length];
      this.#lines = [];
      // What is being written still takes memory.
      const lost = await this.#options.sink.append(lines);
      this.#length -= length;
      this.#dropped += lost;
      this.#written += lines.length - lost;
    }
    this.#writing = undefined;
  }
}
