import type { Writable } from "node:stream";
import type { OptionTable } from "./options.ts";

/** What a command is given of the world. Only the entry point reads the process. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Why this runtime runs the command, where the launcher chose one. */
  readonly runtimeReason: string | undefined;
  readonly output: Output;
  readonly errors: Output;
}

export interface Output {
  write(text: string): void;
  /** Whether people read it: colours and hints are for them. */
  readonly terminal: boolean;
  /** How wide a line may be. */
  readonly columns: number;
  /** For bytes, and for who waits until they are taken. */
  readonly stream: Writable;
}

/** A subcommand: one file each. */
export interface Command {
  readonly name: string;
  /** For the list of commands: in lower case, without a full stop, and so short that a line of a terminal holds it. */
  readonly summary: string;
  /** What it does, where the summary does not say all. */
  readonly description?: string;
  /** What stands after the name in the usage line. */
  readonly usage: string;
  readonly options: OptionTable;
  readonly examples: readonly string[];
  /**
   * @returns the exit status, or undefined while the command goes on
   * @throws SetosaError
   */
  run(argv: readonly string[], context: CommandContext): Promise<number | undefined>;
}
