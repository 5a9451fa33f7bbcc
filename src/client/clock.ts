/** What a client knows of time and chance: given by tests. */
export interface ClientClock {
  /** Milliseconds from any start, always forward. */
  now(): number;
  /** The date, in milliseconds since 1970, for a `Retry-After` that is one. */
  date(): number;
  /**
   * Calls back after some milliseconds.
   * @returns a function that takes it back
   */
  after(milliseconds: number, callback: () => void): () => void;
  /** 0 up to, but not, 1. */
  random(): number;
}

export const hostClock: ClientClock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Waits, but rejects with the signal's reason as soon as it is aborted. */
export function pause(clock: ClientClock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
