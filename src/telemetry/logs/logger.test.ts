import { describe, expect, it } from "vitest";
import { Logger, type LoggerOptions } from "./logger.ts";

function world(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const time = { now: Date.UTC(2026, 10, 25, 19, 59, 59, 7) };
  const logger = new Logger({
    format: "json",
    level: "info",
    values: false,
    fixed: { pid: 42 },
    wallClock: () => time.now,
    write: (line) => lines.push(line),
    ...options,
  });
  return { logger, lines, time };
}

describe("Logger", () => {
  it("writes an object a line, with the time as RFC 3339 has it", () => {
    const { logger, lines, time } = world();
    logger.info('line\n"quoted"', { text: "a\nb", count: 1.5, yes: true, absent: undefined });
    time.now += 993;
    logger.error("later");
    time.now -= 60_000;
    logger.warn("the clock was set");
    expect(lines.map((line) => line.indexOf("\n"))).toEqual(lines.map((line) => line.length - 1));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: "2026-11-25T19:59:59.007Z", level: "info", msg: 'line\n"quoted"', pid: 42, text: "a\nb", count: 1.5, yes: true },
      { time: "2026-11-25T20:00:00.000Z", level: "error", msg: "later", pid: 42 },
      { time: "2026-11-25T19:59:00.000Z", level: "warn", msg: "the clock was set", pid: 42 },
    ]);
  });

  it("leaves out what is below its level", () => {
    const { logger, lines } = world({ level: "warn" });
    logger.debug("a");
    logger.info("b");
    logger.warn("c");
    logger.error("d");
    expect(lines).toHaveLength(2);
    expect([logger.enabled("info"), logger.enabled("error")]).toEqual([false, true]);
  });

  it("writes short text for people, and a stack below it", () => {
    const { logger, lines } = world({ format: "text" });
    logger.info("Loaded iris.");
    logger.error("failed", { code: "INTERNAL", place: "a b", stack: "  at x\n  at y", absent: undefined });
    expect(lines).toEqual(["setosa: Loaded iris.\n", 'setosa: failed code=INTERNAL place="a b"\n  at x\n  at y\n']);
  });
});
