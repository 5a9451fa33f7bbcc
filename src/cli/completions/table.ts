import type { Command } from "../command.ts";
import { commonOptions } from "../common-options.ts";
import type { OptionSpec } from "../options.ts";

/** A command as the scripts see it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Words that may follow its name, where it takes no files. */
  readonly words: readonly string[];
}

export interface CompletedOption {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  /** What follows it: nothing, one of some words, a file, a folder, or anything. */
  readonly takes: "nothing" | "file" | "folder" | "text" | readonly string[];
}

export function completedCommand({ name, summary, usage, options }: Command): CompletedCommand {
  // `add|remove NAME …` and `bash|zsh|fish` begin with what they take.
  const [words = ""] = /^[a-z]+(\|[a-z]+)+/.exec(usage) ?? [];
  return {
    name,
    summary,
    options: Object.entries({ ...options, ...commonOptions }).map(([option, spec]) => completedOption(option, spec)),
    words: words === "" ? [] : [...words.split("|"), ...(/\blist\b/.test(usage) ? ["list"] : [])],
  };
}

function completedOption(name: string, spec: OptionSpec): CompletedOption {
  return { name, short: spec.short, help: spec.help, takes: taken(spec) };
}

function taken({ kind, value = "", choices, words }: OptionSpec): CompletedOption["takes"] {
  if (kind === "flag") return "nothing";
  if (choices !== undefined) return choices;
  if (words !== undefined) return words;
  if (value === "FILE" || value === "OUT") return "file";
  return value === "FOLDER" ? "folder" : "text";
}
