/** What tables are read from. */
export const inputFormats = ["csv", "jsonl", "parquet", "arrow"] as const;
export type InputFormat = (typeof inputFormats)[number];

/** What answers are written as. `json` is the document that the server answers with. */
export const outputFormats = [...inputFormats, "json"] as const;
export type OutputFormat = (typeof outputFormats)[number];

const endings: Readonly<Record<string, OutputFormat>> = {
  csv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  parquet: "parquet",
  pq: "parquet",
  arrow: "arrow",
  arrows: "arrow",
  ipc: "arrow",
  feather: "arrow",
};

/** What a file's name says of its format: `rows.csv.gz` is CSV, compressed. */
export function formatOfName(path: string): OutputFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  const ending = /\.([a-z]+)$/.exec(name)?.[1] ?? "";
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}

/** Whether a file's name says that it is compressed. */
export function isGzipName(path: string): boolean {
  return /\.gz$/i.test(path);
}

/** RFC 1952, 2.3.1. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** What a file's first bytes say of its format; undefined where they could be anything that is text. */
export function formatOfBytes(head: Uint8Array): InputFormat | undefined {
  const text = String.fromCharCode(...head.subarray(0, 64));
  if (text.startsWith("PAR1")) return "parquet";
  // A file, or a stream: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
  if (text.startsWith("ARROW1") || text.startsWith("\xff\xff\xff\xff")) return "arrow";
  return /^\s*[{[]/.test(text) ? "jsonl" : undefined;
}
