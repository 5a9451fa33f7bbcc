import { describe, expect, it } from "vitest";
import { descriptorLimit, fittingConnections } from "./descriptor-limit.ts";

const limits = (line: string) => () => `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`;

describe("descriptorLimit", () => {
  it("reads the soft limit of the process", () => {
    expect(descriptorLimit(limits("Max open files            1024                 524288               files"))).toBe(1024);
  });

  it("does not know where the system does not say", () => {
    expect(descriptorLimit(limits("Max open files            unlimited            unlimited            files"))).toBeUndefined();
    expect(
      descriptorLimit(() => {
        throw new Error("ENOENT");
      }),
    ).toBeUndefined();
  });
});

describe("fittingConnections", () => {
  it("leaves room for those over the limit, and for the process itself", () => {
    for (const limit of [120, 256, 1024, 4096, 20_000]) {
      const fitting = fittingConnections(10_000, limit);
      expect(fitting + Math.max(16, fitting >> 3) + 100).toBeLessThanOrEqual(Math.max(limit, 117));
      expect(fitting).toBeGreaterThan(0);
    }
    expect(fittingConnections(10_000, 1024)).toBe(821);
    expect(fittingConnections(10_000, 20_000)).toBe(10_000);
    expect(fittingConnections(500, 1024)).toBe(500);
    expect(fittingConnections(500, undefined)).toBe(500);
    expect(fittingConnections(500, 10)).toBe(1);
  });
});
