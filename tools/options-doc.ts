import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "../src/cli/command.ts";
import { commands } from "../src/cli/commands.ts";
import { environmentVariable, type OptionSpec } from "../src/cli/options.ts";

/** Writes docs/reference/options.md from the commands' own tables; with --check only says whether it is up to date. */

const target = new URL("../docs/reference/options.md", import.meta.url);

/** What is no option, and read all the same. */
const otherVariables: readonly (readonly [name: string, meaning: string, page: string])[] = [
  ["`OTEL_…`", "OpenTelemetry's own: endpoint, headers, sampler, resource", "[logs and traces](../logs-and-traces.md#traces)"],
  ["`AIP_…`", "what Vertex AI says of port, routes and models", "[Vertex AI](../wire/sagemaker-vertex.md#vertex-ai)"],
  ["`SAGEMAKER_…`", "what SageMaker says of port and models", "[SageMaker](../wire/sagemaker-vertex.md)"],
  ["`NO_COLOR`, `TERM`", "no colours where `NO_COLOR` is set or `TERM` is `dumb`", ""],
];

/** The default stands in brackets at the end of the help, where there is one. */
function parted(help: string): { readonly meaning: string; readonly standard: string } {
  const [, meaning = help, standard = ""] = /^(.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$/.exec(help) ?? [];
  return standard === "Linux" ? { meaning: help, standard: "" } : { meaning, standard };
}

function range({ kind, least = 1, most, choices, words = [] }: OptionSpec): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(", ");
  if (kind !== "count" && kind !== "number") return "";
  const bounds = most === undefined ? `${least} or more` : `${least} to ${most}`;
  return [bounds, ...words.map((word) => `\`${word}\``)].join(", ");
}

function row(name: string, spec: OptionSpec): string {
  const { kind, short, value = "VALUE", help } = spec;
  const { meaning, standard } = parted(help);
  const option = `${short === undefined ? "" : `-${short}, `}--${name}${kind === "flag" ? "" : ` ${value}`}`;
  const several = kind === "list" && !/repeatable/.test(meaning) ? "; repeatable" : "";
  const cells = [`\`${option}\``, `${meaning}${several}`, standard, range(spec), `\`${environmentVariable(name)}\``];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function section(command: Command): string[] {
  const rows = Object.entries(command.options).map(([name, spec]) => row(name, spec));
  return [
    `## setosa ${command.name}`,
    "",
    command.summary,
    "",
    "```text",
    `setosa ${command.name} ${command.usage}`,
    "```",
    "",
    ...(rows.length === 0 ? [] : ["| option | meaning | default | values | environment |", "| --- | --- | --- | --- | --- |", ...rows, ""]),
  ];
}

async function optionsDocument(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    "# Options and environment",
    "",
    "<!-- Made by `npm run docs:options` from the tables in src/cli. -->",
    "",
    "Every command with its options, their defaults, the values that they take, and the variable that says the same in the environment. The command",
    "line counts more than the environment. A flag's variable is `1` or `0`; a list's takes what the option takes. An option that is given twice counts as its",
    "last, and a list as all of them. `setosa COMMAND --help` prints the same tables.",
    "",
    ...all.flatMap(section),
    "## Other variables",
    "",
    "| variable | meaning | more |",
    "| --- | --- | --- |",
    ...otherVariables.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

/** The formatter pads tables; what they say has to be the same. */
function plain(text: string): string {
  return text.replace(/[ -]+/g, " ");
}

const document = await optionsDocument();
if (process.argv.includes("--check")) {
  if (plain(readFileSync(target, "utf8")) !== plain(document)) {
    console.error("docs/reference/options.md is out of date: run npm run docs:options");
    process.exitCode = 1;
  }
} else writeFileSync(target, document);
