import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";

/** The check itself takes many minutes (`npm run test:mutation`); that its defects still fit the sources is seen at once. */
describe("seeded defects", () => {
  it.each(mutants.map(({ what, file, from, tests }) => [what, file, from, tests] as const))(
    "fit the sources: %s",
    (_, file, from, tests) => {
      const source = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
      expect(source.split(from)).toHaveLength(2);
      for (const test of tests) expect(existsSync(new URL(`../../${test}`, import.meta.url))).toBe(true);
    },
  );

  it("are told apart by what they are", () => {
    expect(new Set(mutants.map(({ what }) => what)).size).toBe(mutants.length);
  });
});
