import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowArtifact } from "../../engines/compiled.ts";

/*
 * What is large crosses from the loader in a file of the temporary folder: through the channel between two processes it would be
 * garbage of several times its size in the thread that serves. Where there is no folder to write to, it is sent after all.
 */

type Segment = RowArtifact["kernel"]["constants"][number];

/** Bytes that lie in a file one after another, or are here. */
export type StoredBytes =
  | { readonly file: string; readonly segments: readonly StoredSegment[] }
  | { readonly file?: undefined; readonly segments: readonly Segment[] };

export interface StoredSegment {
  readonly address: number;
  readonly length: number;
}

/** Of what is sent: one message for each. */
const sentBytes = 2 ** 18;

/** A name that nobody can guess, and no file yet: who reads it says it to who writes it, and removes it whatever becomes of that. */
export function storageName(): string {
  return join(tmpdir(), `setosa-load-${randomUUID()}`);
}

export function storeBytes(segments: readonly Segment[], file: string): StoredBytes {
  try {
    const descriptor = openSync(file, "wx", 0o600);
    try {
      for (const { bytes } of segments) for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    removeStored(file);
    return { segments: segments.flatMap(cut) };
  }
  return { file, segments: segments.map(({ address, bytes }) => ({ address, length: bytes.length })) };
}

function cut({ address, bytes }: Segment): Segment[] {
  // Copies: a view would be sent with the whole buffer that it looks at.
  return Array.from({ length: Math.ceil(bytes.length / sentBytes) }, (_, index) => ({
    address: address + index * sentBytes,
    bytes: bytes.slice(index * sentBytes, (index + 1) * sentBytes),
  }));
}

export function removeStored(file: string): void {
  rmSync(file, { force: true });
}

/** Read between two pauses: with the page faults of memory that is touched for the first time, a fifth of a millisecond. */
const sliceBytes = 2 ** 19;

/** Puts stored bytes where they belong. */
export async function fillFrom(stored: StoredBytes, memory: Uint8Array, pause: () => Promise<void>): Promise<void> {
  if (stored.file === undefined) {
    for (const { address, bytes } of stored.segments) {
      memory.set(bytes, address);
      await pause();
    }
    return;
  }
  const descriptor = openSync(stored.file, "r");
  try {
    let left = sliceBytes;
    for (const { address, length } of stored.segments)
      for (let from = 0; from < length; ) {
        const read = readSync(descriptor, memory, address + from, Math.min(length - from, left), null);
        if (read === 0) throw new Error("The file that the loader wrote is shorter than it said.");
        from += read;
        left -= read;
        if (left > 0) continue;
        await pause();
        left = sliceBytes;
      }
  } finally {
    closeSync(descriptor);
  }
}

/** How much they fill, from the first address on. */
export function storedLength({ segments }: StoredBytes): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.address + ("length" in last ? last.length : last.bytes.length);
}
