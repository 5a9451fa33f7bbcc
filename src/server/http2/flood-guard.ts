/** Frames in one tick that are no work for anybody. */
const freeFrames = 10_000;
/** So many more with each request: clients measure their connection with pings, and open windows as they read. */
const framesPerRequest = 20;
/** Requests that a client takes back before they are answered, and in each tick so many more. */
const mostResets = 200;
const resetsPerTick = 100;

/** Counts what costs the server something and a client nothing: pings, settings, empty frames (CVE-2019-9512 and others), resets (CVE-2023-44487). */
export class FloodGuard {
  #frames = freeFrames;
  #resets = mostResets;

  request(): void {
    this.#frames += framesPerRequest;
  }

  /** An answer that was taken is a reason for trust. */
  answered(): void {
    if (this.#resets < mostResets) this.#resets++;
  }

  /** @returns whether it is one too many */
  frame(): boolean {
    return --this.#frames < 0;
  }

  /** @returns whether it is one too many */
  reset(): boolean {
    return --this.#resets < 0;
  }

  tick(): void {
    this.#frames = Math.max(this.#frames, freeFrames);
    this.#resets = Math.min(mostResets, this.#resets + resetsPerTick);
  }
}
