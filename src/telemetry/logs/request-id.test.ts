import { describe, expect, it } from "vitest";
import { requestIds, saneRequestId } from "./request-id.ts";

describe("saneRequestId", () => {
  it("takes ids of bounded length and harmless characters", () => {
    for (const id of ["1", "7b44d0d0-6c1c-4a8e-9d3a-111111111111", "a/b+c=:_.-9", "x".repeat(128)]) expect(saneRequestId(id)).toBe(id);
    for (const id of [undefined, null, "", " ", "a b", "a\tb", 'a"', "a\\b", "a,b", "-a", "ä", "a\r\nb", "x".repeat(129), "$(x)"])
      expect(saneRequestId(id)).toBeUndefined();
  });
});

describe("requestIds", () => {
  it("makes ids that are sane, and differ within a process and between two", () => {
    const [first, second] = [requestIds(Math.random), requestIds(Math.random)];
    const ids = Array.from({ length: 1000 }, () => [first(), second()]).flat();
    expect(new Set(ids).size).toBe(2000);
    for (const id of ids) expect(saneRequestId(id)).toBe(id);
    expect(saneRequestId(requestIds(() => 0)())).toBe("000000000000-1");
  });
});
