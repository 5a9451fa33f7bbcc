import type { Job } from "../job.ts";

/** Bytes of text that one thread takes at once. */
const jobBytes = 1 << 20;
/** A record that goes on for longer than this is given on as it is, to be refused for what is wrong with it. */
const longestRecord = 4 << 20;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface TextSplitOptions {
  /** Whether line ends in double quotes are part of a field. */
  readonly quotes: boolean;
}

/**
 * Cuts text into parts of whole records. A record ends at a line end that is in no double quotes: behind an even number of them.
 * What is no CSV is cut anywhere, and refused by who reads it.
 */
export class TextSplitter {
  readonly #quotes: boolean;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;
  #line: number;
  /** Of what has come so far. */
  #inQuotes = false;
  /** Line ends in what is kept. */
  #lineEnds = 0;
  #previous = 0;

  constructor({ quotes }: TextSplitOptions, line = 1) {
    this.#quotes = quotes;
    this.#line = line;
  }

  /** @returns a job, where enough has come for one */
  add(piece: Uint8Array): Job | undefined {
    // The last place at which a record ends, and the line ends up to there.
    let [end, lineEnds, ends] = [-1, 0, this.#lineEnds];
    let [inQuotes, previous] = [this.#inQuotes, this.#previous];
    const quotes = this.#quotes;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] as number;
      if (byte === quote) inQuotes = quotes && !inQuotes;
      else if (byte === lineFeed) {
        // Of the two that end lines on Windows, the second counts.
        if (previous !== carriageReturn || !quotes) ends++;
        if (!inQuotes) [end, lineEnds] = [at + 1, ends];
      } else if (previous === carriageReturn && quotes && !inQuotes) [end, lineEnds] = [at, ends];
      if (byte === carriageReturn && quotes) ends++;
      previous = byte;
    }
    this.#inQuotes = inQuotes;
    this.#previous = previous;
    this.#lineEnds = ends;
    const whole = this.#length + end;
    if (end < 0 || whole < jobBytes) {
      this.#keep(piece);
      return this.#length > longestRecord + jobBytes ? this.#take() : undefined;
    }
    this.#keep(piece.subarray(0, end));
    this.#lineEnds = lineEnds;
    const job = this.#take();
    this.#lineEnds = ends - lineEnds;
    if (end < piece.length) this.#keep(piece.subarray(end));
    return job;
  }

  /** What is left. */
  end(): Job | undefined {
    return this.#length === 0 ? undefined : this.#take();
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #take(): Job {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#pieces.length = 0;
    this.#length = 0;
    const line = this.#line;
    this.#line += this.#lineEnds;
    this.#lineEnds = 0;
    return { kind: "text", bytes, line };
  }
}
