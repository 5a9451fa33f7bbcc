import type { Command } from "./command.ts";
import { environmentVariable, type OptionSpec } from "./options.ts";

export function generalHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `setosa ${version}: serves models trained in Python, with the answers that model.predict gave.`,
    "",
    "Usage: setosa <command> [options]",
    "",
    "Commands:",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Options:",
    "  --help     this text, or a command's own: setosa serve --help",
    "  --version  the version",
    "",
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 port taken, 4 a model that cannot be served.",
    "",
  ].join("\n");
}

export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, spec]) => [label(name, spec), spec.help] as const);
  const width = Math.max(...options.map(([text]) => text.length));
  const [example = ""] = Object.keys(command.options);
  return [
    `Usage: setosa ${command.name} ${command.usage}`,
    "",
    command.summary,
    "",
    "Options:",
    ...options.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`),
    "",
    `Every option can come from the environment: --${example} is ${environmentVariable(example)}.`,
    "",
    "Examples:",
    ...command.examples.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function label(name: string, { kind, short, value = "VALUE" }: OptionSpec): string {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return kind === "flag" ? names : `${names} ${value}`;
}
