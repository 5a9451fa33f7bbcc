import { fstatSync, write } from "node:fs";
import type { LineSink } from "../../telemetry/logs/line-buffer.ts";

const standardErrorNumber = 2;
/** PIPE_BUF of Linux: a longer write to a pipe may be interleaved with another process's. */
const pieceForPipes = 4096;
/** For a pipe that takes nothing now. */
const pauseMilliseconds = 5;

/** The standard error output, without waiting for who reads it. */
export function standardError(): LineSink {
  const piece = isPipe() ? pieceForPipes : Number.POSITIVE_INFINITY;
  return {
    write: async (text) => {
      for (const part of wholeLines(text, piece)) if (!(await writeAll(Buffer.from(part)))) return;
    },
  };
}

function isPipe(): boolean {
  try {
    const stats = fstatSync(standardErrorNumber);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

/** Pieces of whole lines, each of at most so many bytes unless a line alone is longer. */
export function* wholeLines(text: string, most: number): Generator<string> {
  if (text.length * 3 <= most) {
    yield text;
    return;
  }
  let start = 0;
  let bytes = 0;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    const line = Buffer.byteLength(text.slice(at, end));
    if (bytes > 0 && bytes + line > most) {
      yield text.slice(start, at);
      start = at;
      bytes = 0;
    }
    bytes += line;
    at = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** @returns whether it was written; nobody can be told where it was not */
async function writeAll(bytes: Buffer): Promise<boolean> {
  for (let at = 0; at < bytes.length; ) {
    const written = await writeSome(bytes, at);
    if (written === undefined) return false;
    if (written === 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    at += written;
  }
  return true;
}

/** How many bytes were taken: 0 where the other end is full, undefined where it has gone. */
function writeSome(bytes: Buffer, at: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    write(standardErrorNumber, bytes, at, bytes.length - at, null, (error, written) => {
      if (error === null || error === undefined) resolve(written);
      else resolve(error.code === "EAGAIN" ? 0 : undefined);
    });
  });
}
