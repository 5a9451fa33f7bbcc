import type { OptionTable } from "./options.ts";

/** What every command takes. */
export const commonOptions = {
  config: { kind: "text", value: "FILE", help: "JSON file with options by their names; the command line and the environment go before it" },
  help: { kind: "flag", short: "h", help: "what the command does, and its options" },
} as const satisfies OptionTable;
