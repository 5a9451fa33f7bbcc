import { describe, expect, it } from "vitest";
import { schedulingFor, settingFor } from "../scheduling/settings.ts";
import { parseOptions } from "./options.ts";
import { readScheduling, schedulingOptions } from "./scheduling-options.ts";

const read = (argv: readonly string[], environment: Record<string, string> = {}) =>
  readScheduling(parseOptions(argv, schedulingOptions, environment).values);

describe("readScheduling", () => {
  it("has defaults", () => {
    expect(schedulingFor(read([]), "any")).toEqual({ queue: 256, queueMilliseconds: 50, batchRows: 32, batchDelay: 0 });
    expect(settingFor(read([]).threads, "any")).toBe(1);
  });

  it("takes a number for all models, and others for those that are named", () => {
    const settings = read(["--max-batch-rows", "64", "--max-batch-rows", "digits=16", "--onnxruntime-threads", "2,big.v2=4"]);
    expect(["iris", "digits"].map((name) => schedulingFor(settings, name).batchRows)).toEqual([64, 16]);
    expect(["iris", "big.v2", "constructor"].map((name) => settingFor(settings.threads, name))).toEqual([2, 4, 2]);
  });

  it("takes them from the environment", () => {
    expect(schedulingFor(read([], { SETOSA_MAX_BATCH_DELAY_MS: "0,digits=5" }), "digits").batchDelay).toBe(5);
  });

  it.each(["0", "-1", "x", "digits=", "=4", "a=b=4", "1.5", "9999999", "a/b=3"])("refuses --max-queue %s", (text) => {
    expect(() => read([`--max-queue=${text}`])).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", path: "--max-queue", hint: expect.stringContaining("MODEL=NUMBER") }),
    );
  });
});
