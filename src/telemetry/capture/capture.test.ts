import { describe, expect, it } from "vitest";
import { captureFileName, captureFiles, surplus } from "./file-names.ts";
import { checkRedactedNames, redactedNames, redaction } from "./redaction.ts";
import { ShareSampler } from "./sampler.ts";

describe("redaction", () => {
  const features = ["name", "income", "age", "a,b"];

  it("takes values out of objects and lists, and leaves the client's rows as they are", () => {
    const { redact, redacted } = redaction(features, redactedNames(["name, income"]));
    expect(redacted).toEqual(["name", "income"]);
    const row = { age: 4, income: 5, name: "x" };
    expect(redact(row)).toEqual({ age: 4, income: null, name: null });
    expect(redact({ age: 4 })).toEqual({ age: 4 });
    const list = ["x", 5, 4, 0];
    expect(redact(list)).toEqual([null, null, 4, 0]);
    expect(row.name).toBe("x");
    expect(list[0]).toBe("x");
    expect(redact("no row at all")).toBeNull();
  });

  it("takes an own __proto__ for a name like any other", () => {
    const { redact } = redaction(["__proto__", "a"], redactedNames(["__proto__"]));
    expect(JSON.stringify(redact(JSON.parse('{"__proto__": 1, "a": 2}')))).toBe('{"__proto__":null,"a":2}');
  });

  it("knows names with commas of their own, and refuses what no model has", () => {
    expect(redaction(features, redactedNames(["a,b", "age"])).redacted).toEqual(["age", "a,b"]);
    const known = new Set(features);
    expect(() => checkRedactedNames(["a,b", " name , income "], known)).not.toThrow();
    expect(() => checkRedactedNames(["name,incme"], known)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("ShareSampler", () => {
  it("chooses each request with the same chance", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (const share of [0.01, 0.5, 0.9]) {
      const sampler = new ShareSampler(share, random);
      let chosen = 0;
      for (let count = 0; count < 100_000; count++) if (sampler.next()) chosen++;
      // Five standard deviations.
      expect(Math.abs(chosen - share * 100_000)).toBeLessThan(5 * Math.sqrt(100_000 * share * (1 - share)));
    }
  });

  it("chooses all, or none", () => {
    const [all, none] = [new ShareSampler(1, Math.random), new ShareSampler(0, Math.random)];
    for (let count = 0; count < 1000; count++) expect([all.next(), none.next()]).toEqual([true, false]);
  });
});

describe("capture files", () => {
  const name = (minute: number, pid: number, number = 1) => captureFileName(new Date(Date.UTC(2026, 10, 25, 19, minute)), pid, number);

  it("are told from everything else, the oldest first", () => {
    expect(name(0, 7)).toBe("capture-20261125T190000000Z-7-000001.jsonl");
    const names = [name(9, 1), "capture.jsonl", `${name(1, 1)}.gz`, "../x", name(1, 2), "capture-now-1-000001.jsonl"];
    expect(captureFiles(names)).toEqual([
      { name: name(1, 2), pid: 2 },
      { name: name(9, 1), pid: 1 },
    ]);
  });

  it("go when they are too many, but never one that is being written", () => {
    const files = captureFiles([name(1, 1), name(2, 1, 2), name(3, 2), name(4, 3), name(5, 1, 3)]);
    const writing = (pid: number) => pid === 1 || pid === 2;
    expect(surplus(files, 1, writing)).toEqual([name(1, 1), name(2, 1, 2)]);
    expect(surplus(files, 3, writing)).toEqual([]);
    expect(surplus(files, 0, () => false)).toHaveLength(5);
  });
});
