import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandName, commands } from "../../src/cli/commands.ts";
import { parseOptions } from "../../src/cli/options.ts";
import { type Block, blocksOf, commandsOf, documents, setosaLine } from "./blocks.ts";
import { notCompared, notRun, reasonFor } from "./not-run.ts";
import { PageSession, splitWords } from "./session.ts";

/** Languages of what is run, and of what is shown. */
const programs = ["sh", "ts", "typescript", "js", "python"];
const shown = ["text", "json", "csv"];

const pages = documents.map((page) => ({ page, blocks: blocksOf(page) })).filter(({ blocks }) => blocks.length > 0);

function isRun(page: string, { language, text }: Block): boolean {
  return programs.includes(language) && (language === "sh" || reasonFor(notRun, page, text) === undefined);
}

describe.each(pages.filter(({ page, blocks }) => blocks.some((block) => block.language !== "python" && isRun(page, block))))(
  "the programs of $page",
  ({ page, blocks }) => {
    let session: PageSession;
    beforeAll(() => {
      session = new PageSession(page);
    });
    afterAll(() => session.end());

    const runs = blocks.map((block, index) => ({ block, next: blocks[index + 1], place: block.place }));
    // One after the other, as they stand on the page: each needs what those before it made.
    it.sequential.each(runs.filter(({ block }) => isRun(page, block) && block.language !== "python"))(
      "$place",
      { timeout: 90_000 },
      ({ block, next }) => session.run(block, next),
    );
  },
);

describe("all documents", () => {
  it("have no block of a language that nobody looks at", () => {
    const odd = pages.flatMap(({ blocks }) => blocks.filter(({ language }) => ![...programs, ...shown].includes(language)));
    expect(odd.map(({ place, language }) => `${place}: ${language}`)).toEqual([]);
  });

  it("have JSON that is JSON", () => {
    for (const { blocks } of pages)
      for (const { language, text, place } of blocks) if (language === "json") expect(() => JSON.parse(text), place).not.toThrow();
  });

  it("name no block as not run, or not compared, that there is not", () => {
    const texts = (page: string): string[] => blocksOf(page).flatMap((block) => [block.text, ...commandsOf(block)]);
    const stale = [...notRun, ...notCompared].filter(({ page, starts }) => !texts(page).some((text) => text.startsWith(starts)));
    expect(stale).toEqual([]);
  });
});

const lines = pages.flatMap(({ blocks }) =>
  blocks
    .filter(({ language }) => language === "sh")
    .flatMap((block) => commandsOf(block).map((command) => ({ command, place: block.place }))),
);

describe("the commands of setosa in all documents", () => {
  it.each(lines.filter(({ command }) => setosaLine(command) !== undefined))(
    "$place: $command",
    { timeout: 90_000 },
    async ({ command }) => {
      const [, name = "", ...rest] = splitWords(setosaLine(command) ?? "");
      const load = Object.hasOwn(commands, name) ? commands[name as CommandName] : undefined;
      expect(load, `there is no command ${name}`).toBeDefined();
      // What stands behind -- is another program.
      const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
      parseOptions(own, (await load?.())?.options ?? {}, {});
    },
  );
});
