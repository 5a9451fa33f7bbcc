import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import { environmentVariable, parseOptions } from "./options.ts";

const table = {
  port: { kind: "count", value: "PORT", least: 0, most: 65535, help: "" },
  host: { kind: "text", help: "" },
  runtime: { kind: "text", choices: ["bun", "node"], help: "" },
  "no-parity": { kind: "flag", help: "" },
  "max-body-bytes": { kind: "count", help: "" },
  header: { kind: "list", short: "H", help: "" },
  rate: { kind: "number", short: "q", least: 0.001, help: "" },
} as const;

function refusal(argv: string[], environment: Record<string, string> = {}): SetosaError {
  try {
    parseOptions(argv, table, environment);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("parseOptions", () => {
  it("reads options and positionals in any order", () => {
    const { values, positionals } = parseOptions(["models", "--port", "0", "--host=::1", "--no-parity", "more"], table, {});
    expect(values).toEqual({ port: 0, host: "::1", "no-parity": true });
    expect(positionals).toEqual(["models", "more"]);
  });

  it("takes lists, numbers and letters", () => {
    const line = ["-H", "A: b", "--header", "C: d", "-q", "0.5"];
    expect(parseOptions(line, table, { SETOSA_HEADER: "E: f" }).values).toEqual({ header: ["A: b", "C: d"], rate: 0.5 });
    expect(parseOptions([], table, { SETOSA_HEADER: "E: f" }).values).toEqual({ header: ["E: f"] });
  });

  it("takes everything after -- as positional", () => {
    expect(parseOptions(["--", "--port"], table, {}).positionals).toEqual(["--port"]);
  });

  it("takes the environment where the command line is silent", () => {
    const environment = { SETOSA_PORT: "9000", SETOSA_MAX_BODY_BYTES: "5", SETOSA_NO_PARITY: "1", SETOSA_HOST: "" };
    expect(parseOptions(["--port", "1"], table, environment).values).toEqual({ port: 1, "max-body-bytes": 5, "no-parity": true });
    expect(environmentVariable("max-body-bytes")).toBe("SETOSA_MAX_BODY_BYTES");
  });

  it.each([
    [["--prot", "1"], "--prot", "Did you mean --port?"],
    [["-p", "1"], "-p", "See --help."],
    [["--zzzzzzzzzz"], "--zzzzzzzzzz", "See --help."],
    [["--port", "x"], "--port", "0 to 65535"],
    [["--port", "65536"], "--port", "0 to 65535"],
    [["--port", "1.5"], "--port", "0 to 65535"],
    [["--port", "-1"], "--port", "0 to 65535"],
    [["--port"], "--port", "Write --port PORT."],
    [["--host", "--no-parity"], "--host", "Write --host VALUE."],
    [["--runtime", "nod"], "--runtime", "Did you mean node?"],
    [["--no-parity=1"], "--no-parity", "Write --no-parity alone."],
    [["--max-body-bytes", "0"], "--max-body-bytes", "1 or more"],
    [["--rate", "1e9"], "--rate", "Write a number of 0.001 or more."],
    [["--rate", "0.0001"], "--rate", "0.001 or more"],
    [["-H"], "-H", "Write --header VALUE."],
    [["--__proto__", "1"], "--__proto__", "See --help."],
    [["--constructor"], "--constructor", "See --help."],
  ])("refuses %j", (argv, path, hint) => {
    const error = refusal(argv);
    expect(error.code).toBe("ARGUMENT_INVALID");
    expect(error.path).toBe(path);
    expect(error.hint).toContain(hint);
  });

  it("names the environment variable that is wrong", () => {
    expect(refusal([], { SETOSA_PORT: "high" })).toMatchObject({ code: "ARGUMENT_INVALID", path: "SETOSA_PORT" });
    expect(refusal([], { SETOSA_NO_PARITY: "perhaps" })).toMatchObject({ path: "SETOSA_NO_PARITY" });
  });
});
