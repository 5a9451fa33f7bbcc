import { closeSync, fstatSync, openSync } from "node:fs";
import { fingerprintOf, type KeptFile, type ServedFile } from "../../models/repository/scan.ts";

/** The files that workers serve from, kept for one that starts while a bad file lies in the place of a good one. */
export interface KeptFiles {
  /** A worker says what it serves from now. */
  serves(worker: number, files: readonly ServedFile[]): void;
  readonly files: readonly KeptFile[];
}

interface Open extends ServedFile {
  readonly descriptor: number;
}

/**
 * Holds each file open, so that it can be read after another one was renamed into its place: no copy, and no memory. Other processes
 * of this user reach it through /proc, so that only Linux has it. A file that is written over in place is lost.
 */
export function keepFiles(): KeptFiles {
  const open = new Map<string, Open>();
  const served = new Map<number, readonly ServedFile[]>();
  return {
    serves: (worker, files) => {
      if (process.platform !== "linux") return;
      served.set(worker, files);
      for (const file of files) keep(open, file);
      const paths = new Set([...served.values()].flat().map(({ path }) => path));
      for (const [path, { descriptor }] of open) {
        if (paths.has(path)) continue;
        closeSync(descriptor);
        open.delete(path);
      }
    },
    get files() {
      return [...open.values()].map(({ descriptor, ...file }) => ({ ...file, keptAt: `/proc/${process.pid}/fd/${descriptor}` }));
    },
  };
}

/** Only where what lies there is what the worker read: it may be another file by now. */
function keep(open: Map<string, Open>, file: ServedFile): void {
  const before = open.get(file.path);
  if (before?.fingerprint === file.fingerprint) return;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.path, "r");
    if (fingerprintOf(fstatSync(descriptor, { bigint: true })) === file.fingerprint) {
      open.set(file.path, { ...file, descriptor });
      if (before !== undefined) closeSync(before.descriptor);
      return;
    }
  } catch {
    // It has gone, and what was kept before is better than nothing.
  }
  if (descriptor !== undefined) closeSync(descriptor);
}
