import type { Command } from "./command.ts";
import { commonOptions } from "./common-options.ts";
import { environmentVariable, type OptionSpec } from "./options.ts";

/** All commands on one screen. */
export function generalHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `setosa ${version}: serves models trained in Python, as they answer there.`,
    "",
    "Usage: setosa COMMAND [options]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Begin with:",
    "  setosa serve model.onnx",
    "  setosa predict model.onnx rows.csv -o answers.csv",
    "",
    "setosa help COMMAND shows its options. Each can come from the environment, as",
    "SETOSA_PORT, or a file, --config. With --json results and errors are JSON.",
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 port taken, 4 model refused.",
    "",
  ].join("\n");
}

/** @param columns How wide lines may be */
export function commandHelp(command: Command, columns = Number.POSITIVE_INFINITY): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, spec]) => [label(name, spec), spec.help] as const);
  const width = Math.max(...options.map(([text]) => text.length));
  const [example = ""] = Object.keys(command.options);
  return [
    `Usage: setosa ${command.name} ${command.usage}`,
    "",
    ...wrap(command.description ?? `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`, columns, ""),
    "",
    "Options:",
    ...options.flatMap(([text, help]) => wrap(`  ${text.padEnd(width)}  ${help}`, columns, " ".repeat(width + 4))),
    "",
    ...wrap(`Every option can come from the environment: --${example} is ${environmentVariable(example)}.`, columns, ""),
    "",
    "Examples:",
    ...command.examples.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** All of it for programs: the reference of the documentation is made of this. */
export function helpDocument(commands: readonly Command[], version: string): object {
  return {
    version,
    commands: commands.map(({ name, summary, description, usage, options, examples }) => ({
      name,
      summary,
      ...(description === undefined ? {} : { description }),
      usage: `setosa ${name} ${usage}`,
      options: Object.entries({ ...options, ...commonOptions }).map(([option, spec]) => ({
        name: option,
        environment: environmentVariable(option),
        ...spec,
      })),
      examples,
    })),
  };
}

function label(name: string, { kind, short, value = "VALUE" }: OptionSpec): string {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return kind === "flag" ? names : `${names} ${value}`;
}

/** Breaks a line at spaces, and indents what follows. */
function wrap(line: string, columns: number, indent: string): string[] {
  // No room for a column of text: the terminal breaks lines itself.
  if (columns - indent.length < 20) return [line];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(" ", columns);
    if (at <= indent.length) break;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at + 1);
  }
  return [...lines, rest];
}
