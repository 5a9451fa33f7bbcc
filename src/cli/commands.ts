import type { Command } from "./command.ts";

/** Loaded when they run: a command pays only for what it uses. */
export const commands = {
  serve: async () => (await import("./serve.ts")).serve,
  predict: async () => (await import("./predict.ts")).predict,
  inspect: async () => (await import("./inspect.ts")).inspect,
  bench: async () => (await import("./bench.ts")).bench,
  compile: async () => (await import("./compile.ts")).compile,
  types: async () => (await import("./types.ts")).types,
  keys: async () => (await import("./keys.ts")).keys,
  doctor: async () => (await import("./doctor.ts")).doctor,
  completions: async () => (await import("./completions.ts")).completions,
} as const satisfies Readonly<Record<string, () => Promise<Command>>>;

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as readonly CommandName[];

export async function allCommands(): Promise<readonly Command[]> {
  return Promise.all(commandNames.map((name) => commands[name]()));
}
