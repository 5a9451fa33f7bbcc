import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchOptions } from "../../src/cli/bench-options.ts";
import { readPlan, splitLine } from "../../src/cli/bench-plan.ts";
import { parseOptions } from "../../src/cli/options.ts";
import { root } from "../e2e/process.ts";
import { blocksOf, commandsOf, setosaLine } from "./blocks.ts";
import { splitWords } from "./session.ts";

describe.each(["README.md", "docs/bench.md"])("the bench commands of %s", (file) => {
  const lines = blocksOf(file)
    .filter(({ language }) => language === "sh")
    .flatMap(commandsOf)
    .flatMap((command) => setosaLine(command) ?? [])
    .filter((line) => line.startsWith("setosa bench "));

  it("are there", () => expect(lines.length).toBeGreaterThan(0));

  it.each(lines)("%s", (text) => {
    const line = splitLine(splitWords(text).slice(2));
    const { values, positionals } = parseOptions(line.options, benchOptions, {});
    const { targets } = readPlan(values, positionals, line, { requests: [], words: "" });
    expect(targets.length).toBeGreaterThan(0);
  });
});

describe("README", () => {
  it("begins with the two commands of a clone", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const commands = blocksOf("README.md").flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
    expect(commands[0]).toMatch(/^npm ci && npm start/);
    expect(commands[1]).toMatch(/^npm ci && npm test/);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test"]));
  });
});
