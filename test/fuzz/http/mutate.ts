import { type Random, seededRandom } from "../../../src/bench/measure/statistics.ts";
import { corpus, kinds } from "./corpus.ts";

/** What one connection sends. */
export interface Case {
  readonly number: number;
  /** Latin1. */
  readonly stream: string;
  /** Where the stream is cut into writes of their own. */
  readonly cuts: readonly number[];
  /** Says that nothing follows; else the server has to end a connection that waits. */
  readonly halfClose: boolean;
}

const pieces = [
  "\r\n",
  "\n",
  "\r",
  "\r\r\n",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0",
  "5",
  "-",
  "+",
  "\0",
  "\x7f",
  "\xe9",
  "\r\n ",
  "\r\n\r\n",
  "%2e",
  "//",
];
const lines = [
  "Content-Length: 1\r\n",
  "Content-Length: 0\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "Host: b\r\n",
  "Connection: close\r\n",
  "Connection: keep-alive\r\n",
  "Expect: 100-continue\r\n",
  "Upgrade: h2c\r\n",
  "Trailer: content-length\r\n",
];
const words = [
  "chunked",
  "HTTP/1.0",
  "HTTP/1.1",
  "GET ",
  "POST ",
  "HEAD ",
  "/predict",
  "0\r\n\r\n",
  "1\r\nx\r\n",
  "ffffffff",
  "Content-Length",
  "gzip, ",
];

/** The case of a number: always the same one, so that a finding can be repeated alone. */
export function makeCase(seed: number, number: number): Case {
  const random = seededRandom((seed * 2_654_435_761 + number * 40_503) >>> 0);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  // The corpus itself first, unchanged.
  let stream = number < corpus.length ? (corpus[number] as string) : pick(pick(kinds));
  if (number >= corpus.length)
    do stream = change(stream, pick, below);
    while (random() < 0.4);
  return { number, stream, cuts: cuts(stream, random, below), halfClose: random() < 0.97 };
}

function change(text: string, pick: <T>(list: readonly T[]) => T, below: (limit: number) => number): string {
  const at = below(text.length + 1);
  const insert = (what: string) => text.slice(0, at) + what + text.slice(at);
  /** The beginning of some line: where whole headers belong. */
  const lineStart = text.indexOf("\r\n", at) + 2;
  switch (below(10)) {
    case 0:
      return insert(pick(pieces));
    case 1:
      return insert(pick(words));
    case 2:
      return text.slice(0, lineStart) + pick(lines) + text.slice(lineStart);
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + below(4));
    case 4:
      return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
    case 5:
      return text.slice(0, at) + text.slice(below(text.length));
    case 6:
      return text + pick(pick(kinds));
    case 7:
      return text.slice(0, at) + pick(pick(kinds)) + text.slice(at);
    case 8:
      return text.slice(0, at);
    default:
      // Digits decide where bodies end.
      return text.replace(/\d/g, (digit) => (below(8) === 0 ? String(below(10)) : digit));
  }
}

function cuts(stream: string, random: Random, below: (limit: number) => number): number[] {
  const kind = random();
  // Half of them come whole, and some byte by byte at their beginning.
  if (kind < 0.5) return [];
  if (kind < 0.55) return Array.from({ length: Math.min(40, stream.length - 1) }, (_, index) => index + 1);
  return Array.from({ length: 1 + below(4) }, () => below(stream.length + 1)).sort((a, b) => a - b);
}
