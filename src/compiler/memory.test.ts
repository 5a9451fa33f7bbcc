import { describe, expect, it } from "vitest";
import { MemoryPlan } from "./memory.ts";

describe("constants that several nodes have", () => {
  it("are laid out once, and others by themselves", () => {
    const memory = new MemoryPlan();
    const first = memory.shared(Float32Array.of(1, 2));
    expect(memory.shared(Float32Array.of(1, 2))).toBe(first);
    const others = [
      memory.shared(Float32Array.of(1, -0)),
      memory.shared(Float32Array.of(1, 0)),
      memory.shared(Float64Array.of(1)),
      memory.constant(Float32Array.of(1, 2)),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    const buffer = new ArrayBuffer(memory.pages * 65_536);
    for (const { address, bytes } of memory.constants) new Uint8Array(buffer).set(bytes, address);
    expect([...new Float32Array(buffer, first, 2), ...new Float64Array(buffer, others[2], 1)]).toEqual([1, 2, 1]);
  });
});
