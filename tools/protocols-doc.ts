import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type ProtocolResults, protocolTables } from "../benchmarks/http/protocols/report.ts";
import { protocolNames } from "../src/protocols/registry.ts";
import { type Client, clients } from "../test/clients/client.ts";
import { recordedRoutes } from "../test/clients/recorded-routes.ts";
import { errorCases, type Vector, type VectorFile } from "../test/conformance/protocols/vector.ts";
import { vectorFiles } from "../test/conformance/protocols/vectors/index.ts";
import { partOf } from "./protocols/extensions.ts";
import { registeredRoutes, templateOf } from "./protocols/registered-routes.ts";

/**
 * Writes docs/protocols.md from the registry, the vectors, and what clients were recorded to call; with --check only says whether it is up
 * to date. It fails where a vector is answered by a route that the registry does not have, and where nobody asks one that it has.
 */

const target = new URL("../docs/protocols.md", import.meta.url);
const measured = new URL("../benchmarks/http/results/protocols.json", import.meta.url);
const recorded = recordedRoutes();

function routeOf(vector: Vector): string {
  if ("call" in vector) return `gRPC ${vector.call.method}`;
  const { request } = vector;
  return templateOf(`${request.method ?? (request.body === undefined ? "GET" : "POST")} ${request.path}`);
}

function isAnswered(vector: Vector): boolean {
  if ("call" in vector) return vector.answer.status === 0;
  const { status } = vector.answer;
  return typeof status === "number" && status < 400;
}

function answerOf(vector: Vector): string {
  return "call" in vector ? `UNIMPLEMENTED (${vector.answer.status})` : String(vector.answer.status);
}

/** By whom a route was called: in the log of the server, gRPC is a POST to the method's path. */
function callersOf(route: string, protocol: string): string {
  const called = route.replace(/^gRPC /, "POST /");
  const by = (client: Client): string[] => {
    const routes = recorded[client.client];
    if (routes === undefined || !client.protocols.includes(protocol)) return [];
    if (routes.answered.includes(called)) return [client.client];
    return routes.refused.includes(called) ? [`${client.client} (refused)`] : [];
  };
  return clients.flatMap(by).join(", ");
}

function rowsOf({ protocol, platform, vectors, title }: VectorFile): string[] {
  const routes = registeredRoutes({ protocol, platform });
  const absent = new Map(vectors.flatMap((vector) => (vector.unsupported === undefined ? [] : [[routeOf(vector), vector] as const])));
  const stray = vectors.find((vector) => isAnswered(vector) && !routes.includes(routeOf(vector)));
  if (stray !== undefined)
    throw new Error(`${title}: the vector "${stray.name}" is answered by ${routeOf(stray)}, which the registry has not`);
  const count = (route: string) => String(vectors.filter((vector) => routeOf(vector) === route).length);
  const untested = routes.find((route) => count(route) === "0" && callersOf(route, protocol) === "");
  if (untested !== undefined) throw new Error(`${title}: no vector and no client asks ${untested}`);
  const row = (route: string, support: string) => {
    const [method = "", path = ""] = route.split(" ");
    const cells = [method, `\`${path}\``, partOf(protocol, route), support, callersOf(route, protocol), count(route)];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  };
  return [
    ...routes.filter((route) => !absent.has(route)).map((route) => row(route, "yes")),
    ...[...absent].map(([route, vector]) => row(route, `no, ${answerOf(vector)}: ${vector.unsupported}`)),
  ];
}

function section(file: VectorFile): string[] {
  const by = clients.filter(({ protocols }) => protocols.includes(file.protocol)).map(({ client, version }) => `${client} ${version}`);
  const errors = Object.keys(errorCases).filter((name) => file.vectors.some(({ error }) => error === name));
  const impossible = Object.entries(file.impossible).map(([name, why]) => `${name} (${why})`);
  return [
    `## ${file.title}`,
    "",
    `${file.vectors.length} vectors, from ${file.specifications.map((link) => (link.startsWith("http") ? `<${link}>` : `\`${link}\``)).join(", ")}.`,
    `Clients in the tests: ${by.length === 0 ? "none" : by.join(", ")}. Errors: ${errors.join(", ")}.${impossible.length === 0 ? "" : ` Without: ${impossible.join("; ")}.`}`,
    "",
    "| method | path | extension | supported | called by | vectors |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rowsOf(file),
    "",
  ];
}

/** What requests cost by each protocol, where it was measured. */
function costs(): string[] {
  if (!existsSync(measured)) return [];
  const { machine, date, command, rounds, figures } = JSON.parse(readFileSync(measured, "utf8")) as ProtocolResults;
  return [
    "## What a request costs",
    "",
    "CPU time of the server per request, beside that of `/predict` in the same round, with 16 requests at a time; the server has one core, the client the other.",
    "",
    ...protocolTables({ figures }),
    `\`${command}\`, ${date.slice(0, 10)}, ${rounds} rounds: medians. ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}.`,
    "",
  ];
}

function protocolsDocument(): string {
  return [
    "# Protocols",
    "",
    "<!-- Made by `npm run docs:protocols` from the registry, test/conformance/protocols/vectors, test/clients/clients.json and test/clients/routes.json. -->",
    "",
    `Over HTTP: ${protocolNames.join(", ")}. What each has to answer is in vectors, each with the section of its specification, which run on Bun and on Node, with one worker and`,
    "several; the same rows get the same predictions by all of them, bit for bit (`test/conformance/protocols`).",
    "",
    "Routes are those that the server's registry has, and those of the specifications that it has not, with the answer that they get. *Called by* is what the server logged",
    "while the client's own tests ran (`test/clients`, every run checks it). *Vectors* counts those that ask the route, errors included; its errors are answered in the protocol's own form.",
    "",
    ...vectorFiles.flatMap(section),
    ...costs(),
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
