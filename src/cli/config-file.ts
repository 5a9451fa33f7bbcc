import { readFileSync } from "node:fs";
import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";
import { findSyntaxFault } from "../protocols/json-syntax.ts";
import { environmentVariable, type OptionSpec, type OptionTable, readOption } from "./options.ts";

/** What a file says of a command: its options, as they would stand on the command line, and what follows its name. */
interface FileArguments {
  readonly options: readonly string[];
  readonly paths: readonly string[];
}

interface ConfigContext {
  readonly command: string;
  readonly commands: readonly string[];
  readonly table: OptionTable;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The command line with what its `--config` (or SETOSA_CONFIG) says, where neither the command line nor the environment says it.
 *
 * The file is a JSON object. Its keys are the options' names without `--`; `paths` is what else stands on the command line; a command's name
 * is an object of options for that command alone.
 * @throws SetosaError ARGUMENT_INVALID, with the file, the line and the key in its path
 */
export function withConfig(argv: readonly string[], context: ConfigContext): readonly string[] {
  const { file = context.environment.SETOSA_CONFIG, rest } = takeOption(argv);
  if (file === undefined || file === "") return rest;
  const { options, paths } = readConfig(file, { ...context, given: givenOptions(rest, context) });
  return [...options, ...rest, ...(hasPositional(rest, context.table) ? [] : paths)];
}

function takeOption(argv: readonly string[]): { readonly file?: string; readonly rest: readonly string[] } {
  const end = argv.indexOf("--");
  const at = argv.findIndex((argument, index) => (end < 0 || index < end) && /^--config(=|$)/.test(argument));
  if (at < 0) return { rest: argv };
  const argument = argv[at] ?? "";
  const isJoined = argument.includes("=");
  const file = isJoined ? argument.slice("--config=".length) : argv[at + 1];
  if (file === undefined || file === "" || file.startsWith("--"))
    throw new SetosaError("ARGUMENT_INVALID", "--config has no value.", { path: "--config", hint: "Write --config setosa.json." });
  return { file, rest: [...argv.slice(0, at), ...argv.slice(at + (isJoined ? 1 : 2))] };
}

/** Options that the command line or the environment gives. */
function givenOptions(argv: readonly string[], { table, environment }: ConfigContext): ReadonlySet<string> {
  const shorts = new Map(Object.entries(table).flatMap(([name, { short }]) => (short === undefined ? [] : [[short, name] as const])));
  const given = new Set(Object.keys(table).filter((name) => (environment[environmentVariable(name)] ?? "") !== ""));
  for (const argument of argv) {
    if (argument === "--") break;
    if (argument.startsWith("--")) given.add(argument.slice(2).split("=", 1)[0] ?? "");
    else if (/^-[a-zA-Z]/.test(argument)) given.add(shorts.get(argument[1] ?? "") ?? "");
  }
  return given;
}

function hasPositional(argv: readonly string[], table: OptionTable): boolean {
  let takesValue = false;
  for (const argument of argv) {
    if (takesValue) takesValue = false;
    else if (argument === "--") return true;
    else if (!argument.startsWith("-") || argument === "-") return true;
    else takesValue = !argument.includes("=") && wantsValue(argument, table);
  }
  return false;
}

function wantsValue(argument: string, table: OptionTable): boolean {
  const [name] = Object.entries(table).find(([long, { short }]) => argument === `--${long}` || argument === `-${short}`) ?? [];
  return name !== undefined && table[name]?.kind !== "flag";
}

interface ReadContext extends ConfigContext {
  readonly given: ReadonlySet<string>;
}

function readConfig(file: string, context: ReadContext): FileArguments {
  const text = readText(file);
  const document = parse(text, file);
  const place = (key: string) => `${file}, line ${lineOf(text, key)}, ${JSON.stringify(key)}`;
  const { command, commands } = context;
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(document)) {
    if (!commands.includes(key)) own[key] = value;
    else if (!isObject(value)) throw invalid(place(key), `"${key}" is no object.`, `Write the options of setosa ${key} as an object.`);
    else if (key === command) Object.assign(own, value);
  }
  const options: string[] = [];
  let paths: readonly string[] = [];
  for (const [key, value] of Object.entries(own)) {
    if (key === "paths") paths = texts(value, place(key));
    else options.push(...optionArguments(key, value, place(key), context));
  }
  return { options, paths };
}

function optionArguments(key: string, value: unknown, place: string, { table, given, commands }: ReadContext): string[] {
  const spec = Object.hasOwn(table, key) ? table[key] : undefined;
  if (spec === undefined) {
    const meant = suggest(key, [...Object.keys(table), ...commands]);
    throw invalid(
      place,
      `There is no option ${JSON.stringify(key.slice(0, 80))}.`,
      meant === undefined ? "See --help." : `Did you mean ${JSON.stringify(meant)}?`,
    );
  }
  const values = spec.kind === "list" ? texts(value, place) : [textOf(value, spec, place)];
  for (const text of values) readOption(key, spec, text, place);
  if (given.has(key)) return [];
  if (spec.kind === "flag") return value === true ? [`--${key}`] : [];
  return values.map((text) => `--${key}=${text}`);
}

function textOf(value: unknown, { kind, value: shown = "VALUE" }: OptionSpec, place: string): string {
  if (kind === "flag" && typeof value !== "boolean") throw invalid(place, `It is ${shortJson(value)}.`, "Write true or false.");
  if (typeof value === "boolean" && kind !== "flag") throw invalid(place, `It is ${value}.`, `Write a value: ${shown}.`);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    throw invalid(place, `It is ${shortJson(value)}.`, `Write one value: ${shown}.`);
  return String(value);
}

function texts(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((one) => typeof one === "string" || typeof one === "number")) return list.map(String);
  throw invalid(place, `It is ${shortJson(value)}.`, "Write a text, or a list of texts.");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw invalid(
      file,
      isMissing ? `There is no file ${file}.` : `${file} cannot be read: ${String((cause as Error).message)}.`,
      "Check --config, or SETOSA_CONFIG.",
    );
  }
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const fault = findSyntaxFault(text);
    const before = text.slice(0, fault?.position ?? 0);
    const line = before.split("\n").length;
    throw invalid(
      `${file}, line ${line}, column ${before.length - before.lastIndexOf("\n")}`,
      `${file} is no JSON: ${fault?.reason ?? "it does not parse"}.`,
      "Write one JSON object, without comments.",
    );
  }
  if (isObject(document)) return document;
  throw invalid(file, `${file} holds no object.`, 'Write {"port": 9000}, with the names of options as keys.');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lineOf(text: string, key: string): number {
  const quoted = JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const at = text.search(new RegExp(`${quoted}\\s*:`));
  return text.slice(0, Math.max(0, at)).split("\n").length;
}

function shortJson(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}

function invalid(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}
