import { readFileSync } from "node:fs";

/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export function blocksOf(file: string): Block[] {
  const markdown = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({ language, text: text.trim() }));
}

/** Blocks of a language with the block that follows each: what it prints. */
export function pairsOf(file: string, language: string, starts = ""): { readonly code: string; readonly output: Block | undefined }[] {
  const blocks = blocksOf(file);
  return blocks.flatMap((block, index) =>
    block.language === language && block.text.startsWith(starts) ? [{ code: block.text, output: blocks[index + 1] }] : [],
  );
}
