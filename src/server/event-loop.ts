import type { Answer } from "../protocols/exchange.ts";
import { overloadedAnswer } from "./application.ts";
import type { Limits } from "./limits.ts";
import { OverloadGate } from "./overload-gate.ts";
import { TurnQueue } from "./turn-queue.ts";

const now = (): number => performance.now();

/** What refuses predictions when the event loop of this process has too much to do; undefined where nothing shall. */
export function overloadGate({ turnMilliseconds }: Limits): OverloadGate<Answer> | undefined {
  if (turnMilliseconds === 0) return undefined;
  return new OverloadGate({
    target: turnMilliseconds,
    refusal: overloadedAnswer,
    now,
    endOfTurn: setImmediate,
    every: (milliseconds, callback) => setInterval(callback, milliseconds).unref(),
  });
}

/** What large requests take turns by in the event loop of this process. */
export function turnQueue(): TurnQueue {
  return new TurnQueue({ now, endOfTurn: setImmediate });
}
