import { describe, expect, it } from "vitest";
import { FloodGuard } from "./flood-guard.ts";

const until = (one: () => boolean): number => {
  let count = 0;
  while (!one() && count < 1_000_000) count++;
  return count;
};

describe("FloodGuard", () => {
  it("has a limit of frames that ask for nothing, and requests raise it", () => {
    const guard = new FloodGuard();
    const alone = until(() => guard.frame());
    expect(alone).toBe(10_000);
    guard.tick();
    for (let count = 0; count < 100; count++) guard.request();
    expect(until(() => guard.frame())).toBe(alone + 2000);
  });

  it("lets clients take back some requests in each tick, and more where others are answered", () => {
    const guard = new FloodGuard();
    expect(until(() => guard.reset())).toBe(200);
    guard.tick();
    expect(until(() => guard.reset())).toBe(99);
    for (let count = 0; count < 1000; count++) {
      guard.answered();
      expect(count < 5 || !guard.reset()).toBe(true);
    }
  });
});
