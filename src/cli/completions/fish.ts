import type { CompletedCommand, CompletedOption } from "./table.ts";

/** For fish 3 and later. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return [
    "# Completions of setosa for fish.",
    "complete -c setosa -e",
    ...[...commands, { name: "help", summary: "shows what a command does" }, { name: "version", summary: "shows the version" }].map(
      ({ name, summary }) => `complete -c setosa -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    `complete -c setosa -f -n '__fish_seen_subcommand_from help' -a ${quoted(names)}`,
    ...commands.flatMap((command) => [...command.options.map((option) => optionLine(command.name, option)), ...wordLines(command)]),
    "",
  ].join("\n");
}

function optionLine(command: string, { name, short, help, takes }: CompletedOption): string {
  const value =
    takes === "nothing"
      ? ""
      : takes === "file"
        ? " -rF"
        : takes === "folder"
          ? " -x -a '(__fish_complete_directories)'"
          : takes === "text"
            ? " -x"
            : ` -x -a ${quoted(takes.join(" "))}`;
  return `complete -c setosa -n '__fish_seen_subcommand_from ${command}' -l ${name}${short === undefined ? "" : ` -s ${short}`}${value} -d ${quoted(help)}`;
}

function wordLines({ name, words }: CompletedCommand): string[] {
  return words.length === 0 ? [] : [`complete -c setosa -f -n '__fish_seen_subcommand_from ${name}' -a ${quoted(words.join(" "))}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
