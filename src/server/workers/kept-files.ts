import { closeSync, constants, fstatSync, openSync } from "node:fs";
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

/** Files that this process holds open itself, and can read until it lets them go. */
export interface HeldFiles {
  readonly files: readonly KeptFile[];
  release(): void;
}

/** A file may be replaced, and its place at the supervisor taken by another, between being told of it and opening it. */
const mostTries = 3;

/**
 * Opens what the supervisor keeps, and makes sure that it is what it should be.
 * @param ask For the files that the supervisor keeps now
 */
export async function holdKeptFiles(ask: () => Promise<readonly KeptFile[]>): Promise<HeldFiles> {
  for (let tries = 1; ; tries++) {
    const kept = await ask();
    const held = kept.map(hold).filter((file) => file !== undefined);
    if (held.length === kept.length || tries === mostTries)
      return {
        files: held.map(({ descriptor, ...file }) => ({ ...file, keptAt: `/proc/self/fd/${descriptor}` })),
        release: () => release(held),
      };
    release(held);
  }
}

function hold(file: KeptFile): (KeptFile & { readonly descriptor: number }) | undefined {
  let descriptor: number | undefined;
  try {
    // Without waiting: in the place of a file there may be the end of a pipe by now.
    descriptor = openSync(file.keptAt, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fingerprintOf(fstatSync(descriptor, { bigint: true })) === file.fingerprint) return { ...file, descriptor };
  } catch {
    // It has gone.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

function release(held: readonly { readonly descriptor: number }[]): void {
  for (const { descriptor } of held) closeSync(descriptor);
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
