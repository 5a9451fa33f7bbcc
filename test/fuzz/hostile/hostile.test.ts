import { describe, expect, it } from "vitest";
import { subjectNames } from "./subjects.ts";
import { watch } from "./watch.ts";

/**
 * A file is loaded or refused with a SetosaError, in bounded time and memory, whatever is in it: in a process of its own,
 * which an exhausted heap or an endless loop would end. The long run is `npm run fuzz:hostile`.
 */
describe("hostile files", () => {
  it("made on purpose do no harm", { timeout: 300_000 }, async () => {
    const { findings, executions, fates } = await watch(["corpus", 0, 0, 40_000]);
    expect(findings).toEqual([]);
    expect(executions).toBeGreaterThan(500);
    expect(fates.loaded).toBeGreaterThan(50);
  });

  it.each(subjectNames)("made by changing %s do no harm", { timeout: 300_000 }, async (name) => {
    const { findings, executions } = await watch([name, 7, 0, 400]);
    expect(findings).toEqual([]);
    expect(executions).toBe(400);
  });
});
