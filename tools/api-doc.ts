import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/**
 * Writes the TypeScript API's pages: the declarations that the compiler makes of what the package exports, each under its name
 * with its comments. With --check only says whether they are up to date. No TypeDoc: it knows no TypeScript from 7 on, and
 * retells in tables what the declaration says in a line.
 */

const root = fileURLToPath(new URL("../", import.meta.url));

interface Entry {
  readonly source: string;
  readonly page: string;
  readonly title: string;
  readonly intro: string;
}

const entries: readonly Entry[] = [
  {
    source: "index",
    page: "docs/reference/typescript.md",
    title: "TypeScript API: `setosa`",
    intro: "Everything that `setosa` exports: for running models in a process of your own. [The library](../library.md) is the guide.",
  },
  {
    source: "client/index",
    page: "docs/reference/typescript-client.md",
    title: "TypeScript API: `setosa/client`",
    intro: "Everything that `setosa/client` exports: for asking a server. [The client](../client.md) is the guide.",
  },
];

interface Declaration {
  readonly name: string;
  /** The comment's text, without its tags. */
  readonly comment: string;
  readonly code: string;
}

/** A module's declarations, by name in their order, and what it exports from others. */
function readModule(file: string): { readonly declared: ReadonlyMap<string, Declaration>; readonly exported: readonly Exported[] } {
  const text = readFileSync(file, "utf8");
  const { program, comments, module } = parseSync(file, text);
  const declared = new Map<string, Declaration>();
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) continue;
    const { declaration } = statement;
    const name =
      declaration.type === "VariableDeclaration" ? declaration.declarations[0]?.id : "id" in declaration ? declaration.id : undefined;
    if (name?.type !== "Identifier") continue;
    const before = comments.filter(
      ({ type, end }) => type === "Block" && end <= statement.start && text.slice(end, statement.start).trim() === "",
    );
    declared.set(name.name, {
      name: name.name,
      comment: before.at(-1)?.value ?? "",
      code: clean(text.slice(statement.start, statement.end)),
    });
  }
  const exported = module.staticExports.flatMap(({ entries: names }) =>
    names.flatMap(({ moduleRequest, exportName }) =>
      exportName.name === null ? [] : [{ name: exportName.name, from: moduleRequest?.value }],
    ),
  );
  return { declared, exported };
}

interface Exported {
  readonly name: string;
  readonly from: string | undefined;
}

/** What only the compiler needs goes, and four spaces of indentation become two. */
function clean(code: string): string {
  return code
    .replace(/^export (declare )?/, "")
    .split("\n")
    .filter((line) => line.trim() !== "#private;")
    .map((line) => line.replace(/^( {4})+/, (spaces) => spaces.slice(spaces.length / 2)))
    .join("\n");
}

/** The comment as prose, and its tags as a list. */
function prose(comment: string): string[] {
  const text = comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replace(/^\*\s?/, "")
    .trim();
  const [description = "", ...tags] = text.split(/^@/m);
  const listed = tags.map((tag) => {
    const [, kind = "", rest = ""] = /^(\w+)\s+([\s\S]*)$/.exec(tag.trim()) ?? [];
    const [, name = "", meaning = ""] = /^(\w+)\s+([\s\S]*)$/.exec(rest) ?? [];
    const words = (part: string): string => part.split(/\s+/).join(" ");
    if (kind === "param" || kind === "typeParam") return `- \`${name}\`: ${words(meaning)}`;
    if (kind === "throws") return `- throws \`${name}\`: ${words(meaning)}`;
    return `- ${kind}: ${words(rest)}`;
  });
  return [...(description.trim() === "" ? [] : [description.trim(), ""]), ...(listed.length === 0 ? [] : [...listed, ""])];
}

function document({ source, title, intro }: Entry, declarations: string): string {
  const entry = join(declarations, `${source}.d.ts`);
  const sections = new Map<string, Declaration>();
  const add = (file: string, name: string): void => {
    const { declared } = readModule(file);
    const found = declared.get(name);
    if (found === undefined || sections.has(name)) return;
    sections.set(name, found);
    // What a declaration names in its own module belongs to it, exported by the package or not.
    for (const [, word = ""] of found.code.matchAll(/\b([A-Z]\w+)\b/g)) if (word !== name && declared.has(word)) add(file, word);
  };
  for (const { name, from } of readModule(entry).exported)
    add(from === undefined ? entry : join(dirname(entry), from.replace(/\.(ts|js)$/, ".d.ts")), name);
  const sorted = [...sections.values()].sort((a, b) => rank(a) - rank(b) || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  return [
    `# ${title}`,
    "",
    `<!-- Made by \`npm run docs:api\` from src/${source}.ts. -->`,
    "",
    intro,
    "",
    ...sorted.flatMap(({ name, comment, code }) => [`## ${name}`, "", ...prose(comment), "```ts", code, "```", ""]),
  ].join("\n");
}

/** Functions first, then classes, then what these take and give. */
function rank({ code }: Declaration): number {
  const order = ["function", "class", "interface"];
  const found = order.findIndex((word) => code.startsWith(word));
  return found < 0 ? order.length : found;
}

const declarations = mkdtempSync(join(tmpdir(), "setosa-api-"));
try {
  const compiler = join(root, "node_modules/.bin/tsc");
  execFileSync(compiler, ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", declarations], { cwd: root, stdio: "inherit" });
  for (const entry of entries) {
    const text = document(entry, declarations);
    const file = join(root, entry.page);
    if (!process.argv.includes("--check")) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text) {
      console.error(`${entry.page} is not what the code says: run npm run docs:api`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(declarations, { recursive: true, force: true });
}
