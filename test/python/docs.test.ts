import { afterAll, beforeAll, describe, it } from "vitest";
import { blocksOf, documents } from "../docs/blocks.ts";
import { notRun, reasonFor } from "../docs/not-run.ts";
import { PageSession } from "../docs/session.ts";

/** Pages with Python, from the first block to the last, trained afresh. Needs the environment that .ci/run makes. */

const pages = documents
  .map((page) => ({ page, blocks: blocksOf(page) }))
  .filter(({ page, blocks }) => blocks.some(({ language, text }) => language === "python" && reasonFor(notRun, page, text) === undefined));

describe.each(pages)("the programs of $page", ({ page, blocks }) => {
  let session: PageSession;
  beforeAll(() => {
    if (process.env.PYTHON === undefined) throw new Error("PYTHON is not set: run these tests through .ci/run.");
    session = new PageSession(page, process.env.PYTHON);
  });
  afterAll(() => session.end());

  const runs = blocks.map((block, index) => ({ block, next: blocks[index + 1], place: block.place }));
  it.sequential.each(runs.filter(({ block }) => reasonFor(notRun, page, block.text) === undefined))("$place", ({ block, next }) =>
    session.run(block, next),
  );
});
