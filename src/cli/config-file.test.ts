import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withConfig } from "./config-file.ts";
import type { OptionTable } from "./options.ts";

const table = {
  port: { kind: "count", most: 65535, help: "" },
  host: { kind: "text", help: "" },
  quiet: { kind: "flag", help: "" },
  origin: { kind: "list", help: "" },
  requests: { kind: "count", short: "n", help: "" },
} as const satisfies OptionTable;

let folder = "";
let file = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-config-"));
  file = join(folder, "setosa.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, argv: readonly string[] = [], environment: Record<string, string> = {}): readonly string[] {
  writeFileSync(file, text);
  return withConfig(["--config", file, ...argv], { command: "serve", commands: ["serve", "predict"], table, environment });
}

describe("withConfig", () => {
  it("puts the file's options before those of the command line", () => {
    const text = '{"port": 9000, "quiet": true, "origin": ["a", "b"], "paths": ["models"]}';
    expect(read(text)).toEqual(["--port=9000", "--quiet", "--origin=a", "--origin=b", "models"]);
    expect(read(text, ["other", "--host", "h"])).toEqual(["--port=9000", "--quiet", "--origin=a", "--origin=b", "other", "--host", "h"]);
  });

  it.each([
    [["--port", "1"], {}],
    [["--port=1"], {}],
    [[], { SETOSA_PORT: "1" }],
  ])("gives way to %j and %j", (argv, environment) => {
    expect(read('{"port": 9000, "host": "h"}', argv, environment as Record<string, string>)).toEqual(["--host=h", ...argv]);
  });

  it("knows an option by its letter too", () => {
    expect(read('{"requests": 9}', ["-n", "5"])).toEqual(["-n", "5"]);
  });

  it("reads a command's own part, and not that of others", () => {
    expect(read('{"host": "h", "serve": {"port": 1}, "predict": {"anything": 1}}')).toEqual(["--host=h", "--port=1"]);
  });

  it("comes from the environment as well", () => {
    writeFileSync(file, '{"port": 1}');
    const context = { command: "serve", commands: ["serve"], table, environment: { SETOSA_CONFIG: file } };
    expect(withConfig(["x"], context)).toEqual(["--port=1", "x"]);
  });

  it.each([
    ['{\n  "host": "h",\n  "prot": 1\n}', 'line 3, "prot"', 'Did you mean "port"?'],
    ['{\n  "port": 99999\n}', 'line 2, "port"', "1 to 65535"],
    ['{"port": [1]}', 'line 1, "port"', "Write one value"],
    ['{"quiet": "yes"}', 'line 1, "quiet"', "Write true or false."],
    ['{"serve": 3}', 'line 1, "serve"', "as an object"],
    ['{"port": 1,\n}', "line 2, column 1", "Write one JSON object"],
    ["[]", "setosa.json", "names of options"],
  ])("says where in %j it is wrong", (text, place, fix) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", path: expect.stringContaining(place), hint: expect.stringContaining(fix) }),
    );
  });

  it("says that there is no such file", () => {
    const context = { command: "serve", commands: ["serve"], table, environment: {} };
    expect(() => withConfig(["--config", join(folder, "none.json")], context)).toThrow("There is no file");
    expect(() => withConfig(["--config"], context)).toThrow("--config has no value");
  });
});
