import { Moments, type Turns } from "../models/turns.ts";

/** A thread that scores has nobody else to serve. */
export const noTurns: Turns = { now: () => 0, next: async () => {}, enter: () => {}, leave: () => {} };

export function noMoments(): Moments {
  return new Moments(noTurns);
}
