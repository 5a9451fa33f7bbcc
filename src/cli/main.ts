import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";
import type { CommandContext, Output } from "./command.ts";
import { allCommands, type CommandName, commandNames, commands } from "./commands.ts";
import { withConfig } from "./config-file.ts";
import { describeError, errorDocument } from "./error-text.ts";
import { exitStatus } from "./exit-status.ts";
import { commandHelp, generalHelp, helpDocument } from "./help.ts";
import { packageVersion } from "./version.ts";

export interface RunOptions {
  /** Why the launcher chose this runtime. */
  readonly runtimeReason: string | undefined;
}

/**
 * Runs a command line, and says what went wrong where something did.
 * @param argv without the runtime and the script
 * @returns the exit status, or undefined while a server goes on
 */
export async function run(argv: readonly string[], { runtimeReason }: RunOptions): Promise<number | undefined> {
  const context: CommandContext = {
    environment: process.env,
    runtimeReason,
    output: stream(process.stdout),
    errors: stream(process.stderr),
  };
  try {
    return await dispatch(argv, context);
  } catch (error) {
    return fail(error, argv, context);
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CommandContext): Promise<number | undefined> {
  const { output, environment } = context;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return help(rest, context);
  if (name === "--version" || name === "-v" || name === "version") {
    const version = packageVersion();
    output.write(rest.includes("--json") ? `${JSON.stringify({ version })}\n` : `setosa ${version}\n`);
    return 0;
  }
  if (!isCommand(name)) throw unknownCommand(name);
  const command = await commands[name]();
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  if (own.includes("--help") || own.includes("-h")) return help([name, ...own.filter((argument) => argument === "--json")], context);
  return command.run(withConfig(rest, { command: name, commands: commandNames, table: command.options, environment }), context);
}

async function help(argv: readonly string[], { output }: CommandContext): Promise<number> {
  const [name] = argv.filter((argument) => !argument.startsWith("-"));
  if (name !== undefined && !isCommand(name)) throw unknownCommand(name);
  const shown = name === undefined ? await allCommands() : [await commands[name]()];
  const [only] = shown;
  if (argv.includes("--json")) output.write(`${JSON.stringify(helpDocument(shown, packageVersion()), null, 2)}\n`);
  else if (name === undefined || only === undefined) output.write(generalHelp(shown, packageVersion()));
  else output.write(commandHelp(only, output.terminal ? output.columns : undefined));
  return 0;
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

function fail(error: unknown, argv: readonly string[], { errors, environment }: CommandContext): number {
  const [name = ""] = argv;
  const command = isCommand(name) ? `setosa ${name}` : "setosa";
  const isJson = argv.includes("--json") || /^(1|true|yes|on)$/i.test(environment.SETOSA_JSON ?? "");
  if (error instanceof SetosaError) {
    errors.write(isJson ? errorDocument(error, command) : describeError(error, command));
    return exitStatus[error.code];
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const defect = new SetosaError("INTERNAL", `Setosa has a defect: ${error instanceof Error ? error.message : String(error)}`, {
    hint: "Please report it, with these lines.",
  });
  errors.write(isJson ? errorDocument(defect, command) : `${describeError(defect, command)}${detail}\n`);
  return exitStatus.INTERNAL;
}

function unknownCommand(name: string): SetosaError {
  const guess = suggest(name, commandNames);
  const isPath = /[./\\]/.test(name);
  return new SetosaError("ARGUMENT_INVALID", `There is no command ${JSON.stringify(name)}.`, {
    hint: isPath
      ? `To serve a model: setosa serve ${name}`
      : `${guess === undefined ? "" : `Did you mean ${guess}? `}The commands are ${commandNames.join(", ")}.`,
  });
}

function stream(target: NodeJS.WriteStream): Output {
  // That nobody reads any more, a terminal or a pipe, is no reason to stop serving.
  target.on("error", () => {});
  const { NO_COLOR: noColor, TERM: kind } = process.env;
  return {
    write: (text) => {
      target.write(text);
    },
    stream: target,
    terminal: target.isTTY && (noColor === undefined || noColor === "") && kind !== "dumb",
    columns: target.isTTY ? Math.max(40, target.columns ?? 80) : Number.POSITIVE_INFINITY,
  };
}
