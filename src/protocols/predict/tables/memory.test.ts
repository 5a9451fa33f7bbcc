import { describe, expect, it } from "vitest";
import { Memory } from "./memory.ts";

const megabyte = 1024 * 1024;
const overloaded = expect.objectContaining({ code: "OVERLOADED" });

describe("Memory", () => {
  it("takes 64 tables at once", () => {
    const memory = new Memory();
    for (let table = 0; table < 64; table++) memory.enter();
    expect(() => memory.enter()).toThrow(overloaded);
    memory.leave();
    expect(() => memory.enter()).not.toThrow();
  });

  it("adds up what all hold now, and not what they held", () => {
    const memory = new Memory();
    const [one, other] = [{}, {}];
    memory.hold(one, 200 * megabyte);
    memory.hold(other, 56 * megabyte);
    expect(memory.isFull).toBe(false);
    memory.hold(other, 57 * megabyte);
    expect(memory.isFull).toBe(true);
    memory.hold(one, 0);
    expect(memory.isFull).toBe(false);
  });

  it("refuses who needs more than is left, who keeps what it has", () => {
    const memory = new Memory();
    const [one, other] = [{}, {}];
    memory.need(one, 250 * megabyte);
    memory.need(other, 6 * megabyte);
    expect(() => memory.need(other, 7 * megabyte)).toThrow(overloaded);
    memory.need(other, 5 * megabyte);
    memory.need(one, 251 * megabyte);
    expect(memory.isFull).toBe(false);
    // Whoever needs less gets it also when too much is held.
    memory.hold(other, 100 * megabyte);
    expect(() => memory.need(one, 240 * megabyte)).not.toThrow();
  });
});
