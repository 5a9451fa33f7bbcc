import { parseArgs } from "node:util";
import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";

/** One option of a command: `--name`, or its environment variable where the command line does not give it. */
export interface OptionSpec {
  readonly kind: "flag" | "text" | "count" | "number" | "list";
  /** One letter: `-n`. */
  readonly short?: string;
  /** What the value stands for in the help: `PORT`. */
  readonly value?: string;
  readonly help: string;
  /** For a count or a number: the least that makes sense, 1 where it is not said. */
  readonly least?: number;
  readonly most?: number;
  /** For a text: what it may be. */
  readonly choices?: readonly string[];
  /** For a count: what it may be instead of a number. */
  readonly words?: readonly string[];
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type OptionValue<Spec extends OptionSpec> = Spec["kind"] extends "flag"
  ? boolean
  : Spec["kind"] extends "count" | "number"
    ? number | (Spec extends { readonly words: readonly (infer Word)[] } ? Word : never)
    : Spec["kind"] extends "list"
      ? readonly string[]
      : Spec extends { readonly choices: readonly (infer Choice)[] }
        ? Choice
        : string;

/** Values by option name; absent where neither the command line nor the environment gives one. */
export type OptionValues<T extends OptionTable> = {
  readonly [Name in keyof T]: OptionValue<T[Name]> | undefined;
};

export interface ParsedArguments<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly positionals: readonly string[];
}

/**
 * The command line and the environment by a command's table. An option given twice counts as its last; a list takes all.
 * @throws SetosaError ARGUMENT_INVALID, with the option as its path
 */
export function parseOptions<T extends OptionTable>(
  argv: readonly string[],
  table: T,
  environment: Readonly<Record<string, string | undefined>>,
): ParsedArguments<T> {
  const given = new Map<string, unknown>();
  for (const name of Object.keys(table)) {
    const variable = environment[environmentVariable(name)];
    if (variable !== undefined && variable !== "") {
      const value = readOption(name, spec(table, name), variable, environmentVariable(name));
      given.set(name, spec(table, name).kind === "list" ? [value] : value);
    }
  }

  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(table).map(([name, { kind, short }]) => [
        name,
        { type: kind === "flag" ? ("boolean" as const) : ("string" as const), ...(short === undefined ? {} : { short }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  // What the line says of a list replaces what the environment says, and does not add to it.
  const fromLine = new Map<string, unknown>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const known = Object.hasOwn(table, token.name) ? spec(table, token.name) : undefined;
    if (known === undefined) throw unknownOption(token.rawName, Object.keys(table));
    if (known.kind === "flag" && token.value !== undefined)
      throw invalid(token.rawName, `${token.rawName} takes no value.`, `Write ${token.rawName} alone.`);
    const value = known.kind === "flag" ? true : readOption(token.name, known, token.value, token.rawName);
    given.set(token.name, known.kind === "list" ? [...((fromLine.get(token.name) as string[] | undefined) ?? []), value] : value);
    fromLine.set(token.name, given.get(token.name));
  }
  return { values: Object.fromEntries(given) as OptionValues<T>, positionals };
}

/** `--max-body-bytes` is `SETOSA_MAX_BODY_BYTES`. */
export function environmentVariable(option: string): string {
  return `SETOSA_${option.replaceAll("-", "_").toUpperCase()}`;
}

function spec(table: OptionTable, name: string): OptionSpec {
  const found = table[name];
  if (found === undefined) throw new SetosaError("INTERNAL", `No option is called ${name}.`);
  return found;
}

/**
 * An option's value of its text.
 * @param where What the errors name
 * @throws SetosaError ARGUMENT_INVALID
 */
export function readOption(
  name: string,
  { kind, value = "VALUE", least = 1, most = Number.MAX_SAFE_INTEGER, choices, words = [] }: OptionSpec,
  text: string | undefined,
  where: string,
): string | number | boolean {
  if (kind === "flag") {
    if (/^(1|true|yes|on)$/i.test(text ?? "")) return true;
    if (/^(0|false|no|off)$/i.test(text ?? "")) return false;
    throw invalid(where, `${where} is ${JSON.stringify(text)}.`, "Write 1 or 0.");
  }
  // An option-like value is one that was forgotten: --default --no-parity.
  if (text === undefined || text === "" || text.startsWith("--"))
    throw invalid(where, `${where} has no value.`, `Write --${name} ${value}.`);
  if (kind === "count" || kind === "number") {
    if (words.includes(text)) return text;
    const form = kind === "count" ? /^\d{1,16}$/ : /^\d{1,16}(\.\d{1,9})?$/;
    const count = form.test(text) ? Number(text) : Number.NaN;
    if (!(count >= least && count <= most)) {
      const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
      throw invalid(
        where,
        `${where} is ${JSON.stringify(text)}.`,
        `Write a ${kind === "count" ? "whole " : ""}number of ${range}${words.map((word) => `, or ${word}`).join("")}.`,
      );
    }
    return count;
  }
  if (choices !== undefined && !choices.includes(text)) {
    const guess = suggest(text, choices);
    const suggestion = guess === undefined ? "" : ` Did you mean ${guess}?`;
    throw invalid(where, `${where} is ${JSON.stringify(text)}.`, `It takes ${choices.join(", ")}.${suggestion}`);
  }
  return text;
}

function unknownOption(rawName: string, names: readonly string[]): SetosaError {
  const guess = suggest(rawName.replace(/^-+/, ""), names);
  return invalid(rawName, `There is no option ${rawName}.`, guess === undefined ? "See --help." : `Did you mean --${guess}? See --help.`);
}

function invalid(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}
