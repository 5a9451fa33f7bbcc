import { TurnQueue } from "../server/turn-queue.ts";

/** What every runtime has under some name. */
interface Host {
  readonly setImmediate?: (callback: () => void) => unknown;
}

const now = (): number => performance.now();

function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** Browsers and most edge runtimes have no setImmediate: a message to oneself comes behind what is waiting, and sooner than a timer. */
function endOfTurn(callback: () => void): void {
  const { setImmediate } = globalThis as Host;
  if (setImmediate !== undefined) setImmediate(callback);
  else if (typeof MessageChannel === "undefined") setTimeout(callback, 0);
  else {
    const { port1, port2 } = new MessageChannel();
    Object.assign(port1, {
      onmessage: () => {
        port1.close();
        callback();
      },
    });
    port2.postMessage(undefined);
  }
}

/** Time, turns and the console of this host. */
export const host = {
  now,
  timer: startTimer,
  turns: () => new TurnQueue({ now, endOfTurn }),
  report: (error: unknown, requestId?: string): void => {
    // biome-ignore lint/suspicious/noConsole: the log of whoever embeds it, where they name no other.
    console.error(requestId === undefined ? "setosa:" : `setosa: request ${requestId}:`, error);
  },
};
