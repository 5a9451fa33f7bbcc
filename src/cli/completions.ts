import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";
import type { Command } from "./command.ts";
import { allCommands } from "./commands.ts";
import { bashScript } from "./completions/bash.ts";
import { fishScript } from "./completions/fish.ts";
import { completedCommand } from "./completions/table.ts";
import { zshScript } from "./completions/zsh.ts";
import { parseOptions } from "./options.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const shells = Object.keys(scripts) as readonly (keyof typeof scripts)[];

const options = { json: { kind: "flag", help: "the script as JSON, for programs" } } as const;

export const completions: Command = {
  name: "completions",
  summary: "prints completions for bash, zsh or fish",
  description: "Prints a script that completes commands, options and their values in a shell.",
  usage: "bash|zsh|fish",
  options,
  examples: [
    'eval "$(setosa completions bash)"   # in ~/.bashrc',
    'eval "$(setosa completions zsh)"    # in ~/.zshrc, behind compinit',
    "setosa completions fish > ~/.config/fish/completions/setosa.fish",
  ],
  run: async (argv, { environment, output }) => {
    const { values, positionals } = parseOptions(argv, options, environment);
    const [name = "", ...others] = positionals;
    const shell = shells.find((known) => known === name);
    if (shell === undefined || others.length > 0) {
      const guess = suggest(name, shells);
      throw new SetosaError(
        "ARGUMENT_INVALID",
        name === "" ? "completions needs a shell." : `There are no completions for ${JSON.stringify(name)}.`,
        {
          hint: `${guess === undefined ? "" : `Did you mean ${guess}? `}The shells are ${shells.join(", ")}.`,
        },
      );
    }
    const script = scripts[shell]((await allCommands()).map(completedCommand));
    output.write(values.json === true ? `${JSON.stringify({ shell, script }, null, 2)}\n` : script);
    return 0;
  },
};
