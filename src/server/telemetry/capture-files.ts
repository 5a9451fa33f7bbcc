import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../../errors.ts";
import type { CaptureSink } from "../../telemetry/capture/capture-buffer.ts";
import { captureFileName, captureFiles, surplus } from "../../telemetry/capture/file-names.ts";

export interface CaptureFilesOptions {
  readonly folder: string;
  /** Bytes of a file before the next is begun. */
  readonly mostBytes: number;
  /** Finished files that are kept. */
  readonly keep: number;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
  readonly wallClock: () => number;
  /** Takes what went wrong: a log. */
  readonly warn: (message: string) => void;
}

export interface CaptureFiles extends CaptureSink {
  close(): Promise<void>;
}

/** Only who serves may read what clients have sent. */
const fileMode = 0o600;
const folderMode = 0o700;

/**
 * Files of whole lines in a folder, each written by one process. A process that was killed in the middle of a line leaves a
 * part of it behind: the next one to open the folder cuts that off.
 * @throws SetosaError ARGUMENT_INVALID where the folder cannot be written to
 */
export async function openCaptureFiles(options: CaptureFilesOptions): Promise<CaptureFiles> {
  const { folder, mostBytes, keep, pid, isAlive, wallClock, warn } = options;
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    await access(folder, constants.W_OK | constants.X_OK | constants.R_OK);
    await cutTornLines(folder, isAlive);
  } catch (cause) {
    throw new SetosaError("ARGUMENT_INVALID", `The folder ${folder} for captured requests cannot be written to.`, {
      path: "--capture",
      hint: "Name a folder that this user may write to.",
      cause,
    });
  }

  let file: FileHandle | undefined;
  let bytes = 0;
  let count = 0;

  const next = async (): Promise<FileHandle> => {
    await file?.close();
    file = undefined;
    // Appended to and never overwritten: the name is new.
    const opened = await open(join(folder, captureFileName(new Date(wallClock()), pid, ++count)), "ax", fileMode);
    file = opened;
    bytes = 0;
    const isWriting = (other: number) => other === pid || isAlive(other);
    for (const name of surplus(captureFiles(await readdir(folder)), keep, isWriting)) await unlink(join(folder, name)).catch(() => {});
    return opened;
  };

  const write = async (text: string): Promise<void> => {
    const buffer = Buffer.from(text);
    const target = file === undefined || (bytes > 0 && bytes + buffer.length > mostBytes) ? await next() : file;
    const { bytesWritten } = await target.write(buffer);
    if (bytesWritten === buffer.length) {
      bytes += bytesWritten;
      return;
    }
    await target.truncate(bytes);
    throw new Error("the disk takes no more");
  };

  return {
    append: async (lines) => {
      let lost = 0;
      // As few writes as the size of files allows.
      for (const group of groups(lines, mostBytes))
        try {
          await write(group.join(""));
        } catch (error) {
          lost += group.length;
          warn(`Captured requests are lost: ${error instanceof Error ? error.message : String(error)}`);
        }
      return lost;
    },
    close: async () => {
      await file?.close();
      file = undefined;
    },
  };
}

/** So much is written at once. */
const pieceBytes = 1 << 20;

function* groups(lines: readonly string[], mostBytes: number): Generator<readonly string[]> {
  const most = Math.min(mostBytes, pieceBytes);
  let group: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const length = Buffer.byteLength(line);
    if (group.length > 0 && bytes + length > most) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(line);
    bytes += length;
  }
  if (group.length > 0) yield group;
}

/** Of files that nobody writes any more. */
async function cutTornLines(folder: string, isAlive: (pid: number) => boolean): Promise<void> {
  for (const { name, pid } of captureFiles(await readdir(folder))) {
    if (isAlive(pid)) continue;
    const file = await open(join(folder, name), "r+");
    try {
      await cutTornLine(file);
    } finally {
      await file.close();
    }
  }
}

const tailBytes = 65_536;
const lineFeed = 10;

async function cutTornLine(file: FileHandle): Promise<void> {
  const tail = Buffer.alloc(tailBytes);
  const { size } = await file.stat();
  for (let end = size; end > 0; end -= tailBytes) {
    const start = Math.max(0, end - tailBytes);
    const { bytesRead } = await file.read(tail, 0, end - start, start);
    const last = tail.subarray(0, bytesRead).lastIndexOf(lineFeed);
    if (last < 0) continue;
    if (start + last + 1 < size) await file.truncate(start + last + 1);
    return;
  }
  await file.truncate(0);
}
