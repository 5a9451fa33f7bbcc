import { createRequire } from "node:module";
import zlib from "node:zlib";
import type { Compressors } from "hyparquet";
import { SetosaError } from "../errors.ts";

type Reader = typeof import("hyparquet");
type Writer = typeof import("hyparquet-writer");

const command = "npm install hyparquet hyparquet-writer";

/** Parquet is read and written by packages that are installed by who needs them. */
export async function loadReader(): Promise<Reader> {
  return import("hyparquet").catch(missing);
}

export async function loadWriter(): Promise<Writer> {
  return import("hyparquet-writer").catch(missing);
}

function missing(cause: unknown): never {
  throw new SetosaError("ENGINE_UNAVAILABLE", "Parquet needs the packages hyparquet and hyparquet-writer, which are not installed.", {
    hint: `Run: ${command}, or use CSV, JSON Lines or Arrow.`,
    cause,
  });
}

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array;

/** Snappy is the reader's own. The runtime has the others, but for Zstandard before Node 22.15, and LZ4. */
export function decompressors(): Compressors {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (input: Uint8Array) => Uint8Array };
  return {
    GZIP: (input) => zlib.gunzipSync(input),
    BROTLI: (input) => zlib.brotliDecompressSync(input),
    ZSTD: zstdDecompressSync === undefined ? fromPackage("ZSTD") : (input) => zstdDecompressSync(input),
    LZ4: fromPackage("LZ4"),
    LZ4_RAW: fromPackage("LZ4_RAW"),
  };
}

/** Looked for when the first page needs it. */
function fromPackage(codec: "ZSTD" | "LZ4" | "LZ4_RAW"): Decompress {
  let found: Decompress | undefined;
  return (input, outputLength) => {
    found ??= load(codec);
    return found(input, outputLength);
  };
}

const require = createRequire(import.meta.url);

function load(codec: "ZSTD" | "LZ4" | "LZ4_RAW"): Decompress {
  try {
    const { compressors } = require("hyparquet-compressors") as typeof import("hyparquet-compressors");
    const decompress = compressors[codec];
    if (decompress !== undefined) return decompress;
  } catch {
    // Told below.
  }
  throw new SetosaError("ENGINE_UNAVAILABLE", `The file is compressed with ${codec}, which needs the package hyparquet-compressors.`, {
    hint: `Run: npm install hyparquet-compressors, or write the file with Snappy.`,
  });
}
