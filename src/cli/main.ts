import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";
import type { Command, CommandContext, Output } from "./command.ts";
import { exitStatus } from "./exit-status.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { packageVersion } from "./version.ts";

/** Loaded when they run: a command pays only for what it uses. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  predict: async () => (await import("./predict.ts")).predict,
  inspect: async () => (await import("./inspect.ts")).inspect,
  bench: async () => (await import("./bench.ts")).bench,
  compile: async () => (await import("./compile.ts")).compile,
  types: async () => (await import("./types.ts")).types,
  keys: async () => (await import("./keys.ts")).keys,
};

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
    return fail(error, context);
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CommandContext): Promise<number | undefined> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    const wanted = name === "help" ? all.find((command) => command.name === rest[0]) : undefined;
    const text = wanted === undefined ? generalHelp(all, packageVersion()) : commandHelp(wanted);
    (name === undefined ? context.errors : context.output).write(text);
    return name === undefined ? exitStatus.ARGUMENT_INVALID : 0;
  }
  if (name === "--version" || name === "-v" || name === "version") {
    context.output.write(`setosa ${packageVersion()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) throw unknownCommand(name);
  const command = await load();
  if (rest.includes("--help") || rest.includes("-h")) {
    context.output.write(commandHelp(command));
    return 0;
  }
  return command.run(rest, context);
}

function fail(error: unknown, { errors }: CommandContext): number {
  if (!(error instanceof SetosaError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    errors.write(`setosa: INTERNAL: Setosa has a defect. Please report it with these lines:\n${detail}\n`);
    return exitStatus.INTERNAL;
  }
  errors.write(describeError(error));
  return exitStatus[error.code];
}

/** Code, message, place and fix, for people. */
export function describeError({ code, message, path, hint }: SetosaError): string {
  const place = path === undefined || message.includes(path) ? "" : `\n  at: ${path}`;
  return `setosa: ${code}: ${message}${place}${hint === undefined ? "" : `\n  fix: ${hint}`}\n`;
}

function unknownCommand(name: string): SetosaError {
  const names = Object.keys(commands);
  const guess = suggest(name, names);
  const isPath = /[./\\]/.test(name);
  return new SetosaError("ARGUMENT_INVALID", `There is no command ${JSON.stringify(name)}.`, {
    hint: isPath
      ? `To serve a model: setosa serve ${name}`
      : `${guess === undefined ? "" : `Did you mean ${guess}? `}The commands are ${names.join(", ")}.`,
  });
}

function stream(target: NodeJS.WriteStream): Output {
  // That nobody reads any more, a terminal or a pipe, is no reason to stop serving.
  target.on("error", () => {});
  return {
    write: (text) => {
      target.write(text);
    },
    stream: target,
    terminal: target.isTTY && process.env.NO_COLOR === undefined && process.env.TERM !== "dumb",
  };
}
