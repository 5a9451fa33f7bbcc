import { stat } from "node:fs/promises";
import { SetosaError } from "../errors.ts";

/** What files say, read again when they change. */
export interface Live<T> {
  readonly current: T;
  /** Reads now. A failure is logged, and what was read before stays. */
  reload(): Promise<void>;
  onChange(listener: (value: T) => void): void;
}

export interface LiveOptions<T> {
  readonly files: readonly string[];
  /** @throws SetosaError where the files are no good */
  readonly read: () => Promise<T>;
  /** What the files are, for the log: `API keys`. */
  readonly name: string;
  readonly log: (line: string) => void;
}

/**
 * Files are asked for their times, not watched: what mounts of Kubernetes and tools for certificates do (a link that leads elsewhere,
 * a rename) is no event of the file that was there.
 */
const lookMilliseconds = 2000;

/** @throws SetosaError where the first reading fails */
export async function liveFiles<T>({ files, read, name, log }: LiveOptions<T>): Promise<Live<T>> {
  const listeners: ((value: T) => void)[] = [];
  // Before the files are read: what changes meanwhile is seen the next time.
  let seen = await fingerprint(files);
  let current = await read();
  let reading: Promise<void> | undefined;

  const readAgain = async (): Promise<void> => {
    seen = await fingerprint(files);
    try {
      current = await read();
    } catch (error) {
      const why = error instanceof SetosaError ? `${error.message}${error.hint === undefined ? "" : ` ${error.hint}`}` : String(error);
      log(`${name}: not read again, and as they were before: ${why}`);
      return;
    }
    for (const listener of listeners) listener(current);
    log(`${name}: read again.`);
  };
  const reload = (): Promise<void> => {
    const next = (reading ?? Promise.resolve()).then(readAgain);
    reading = next;
    return next;
  };
  const look = async () => {
    if ((await fingerprint(files)) !== seen) await reload();
  };
  setInterval(() => void look(), lookMilliseconds).unref();

  return {
    get current() {
      return current;
    },
    reload,
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

async function fingerprint(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => "absent",
      ),
    ),
  );
  return parts.join(", ");
}
