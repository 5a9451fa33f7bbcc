import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { protocolNames } from "../src/protocols/registry.ts";
import { errorCases, type Vector } from "../test/conformance/protocols/vector.ts";
import { vectorFiles } from "../test/conformance/protocols/vectors/index.ts";

/** Writes docs/protocols.md from the registry, the vectors and the clients that are tested; with --check only says whether it is up to date. */

const target = new URL("../docs/protocols.md", import.meta.url);
const clientsFile = new URL("../test/clients/clients.json", import.meta.url);

interface TestedClient {
  readonly client: string;
  readonly version: string;
  readonly protocols: readonly string[];
}

const clients: readonly TestedClient[] = existsSync(clientsFile) ? JSON.parse(readFileSync(clientsFile, "utf8")) : [];

/** A vector's route with names of models and versions as places; undefined for one that is refused. */
function routeOf(vector: Vector): string | undefined {
  if (vector.error !== undefined) return undefined;
  if ("call" in vector) return vector.answer.status === 0 ? `| gRPC | \`${vector.call.method}\`` : undefined;
  const { status } = vector.answer;
  if (typeof status !== "number" || status >= 400) return undefined;
  const { request } = vector;
  const method = request.method ?? (request.body === undefined ? "GET" : "POST");
  const path = request.path
    .replace(/\?.*/, "")
    .replace(/(?<=.)\/$/, "")
    .replace(/\/models\/(?!stats$)[\w-]+/, "/models/{model}")
    .replace(/\/versions\/[\w]+/, "/versions/{version}");
  return `| ${method} | \`${path}\``;
}

function section(title: string): string[] {
  const file = vectorFiles.find((one) => one.title === title);
  if (file === undefined) return [];
  const routes = new Map<string, string[]>();
  for (const vector of file.vectors) {
    const route = routeOf(vector);
    if (route !== undefined) routes.set(route, [...(routes.get(route) ?? []), vector.name]);
  }
  const by = clients.filter(({ protocols }) => protocols.includes(file.protocol)).map(({ client, version }) => `${client} ${version}`);
  const errors = Object.keys(errorCases).filter((name) => file.vectors.some(({ error }) => error === name));
  return [
    `## ${file.title}`,
    "",
    `${file.vectors.length} vectors, from ${file.specifications.map((link) => (link.startsWith("http") ? `<${link}>` : `\`${link}\``)).join(", ")}.`,
    `Clients in the tests: ${by.length === 0 ? "none" : by.join(", ")}. Errors: ${errors.join(", ")}.`,
    "",
    "| method | route | what vectors hold it to |",
    "| --- | --- | --- |",
    ...[...routes].map(([route, names]) => `${route} | ${names.join("; ").replaceAll("|", "\\|")} |`),
    "",
  ];
}

function protocolsDocument(): string {
  return [
    "# Protocols",
    "",
    "<!-- Made by `npm run docs:protocols` from the registry, test/conformance/protocols/vectors and test/clients/clients.json. -->",
    "",
    `Over HTTP: ${protocolNames.join(", ")}. What each has to answer is in vectors, each with the section of its specification, which run on Bun and on Node, with one worker and`,
    "several; the same rows get the same predictions by all of them, bit for bit (`test/conformance/protocols`).",
    "",
    ...vectorFiles.flatMap(({ title }) => section(title)),
  ].join("\n");
}

/** Without what a formatter changes: the widths of columns. */
const content = (text: string) => text.replace(/ +/g, " ").replace(/-{3,}/g, "---").trim();

if (process.argv.includes("--check")) {
  if (content(readFileSync(target, "utf8")) !== content(protocolsDocument())) {
    console.error("docs/protocols.md is out of date: run npm run docs:protocols");
    process.exitCode = 1;
  }
} else writeFileSync(target, protocolsDocument());
