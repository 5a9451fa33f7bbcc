import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../e2e/process.ts";

/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where it begins, for messages: `docs/serve.md:12`. */
  readonly place: string;
}

/** What people read: README and everything below docs/, but for the decisions' and the tables' own folders, which have no commands. */
export const documents: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "python/README.md",
  "website/index.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
    .sort(),
];

export function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

export function blocksOf(file: string): Block[] {
  const markdown = textOf(file);
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: text = "", index }) => ({
    language,
    text: text.trim(),
    place: `${file}:${markdown.slice(0, index).split("\n").length}`,
  }));
}

/** The commands of a block for the shell, those over several lines as one. */
export function commandsOf({ text }: Block): string[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+# .*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** `setosa …` of a command, without what brings it. */
export function setosaLine(command: string): string | undefined {
  return /^(?:npx |bin\/)?(setosa\b.*)$/.exec(command)?.[1];
}
