import type { CompletedCommand, CompletedOption } from "./table.ts";

/** For bash 4 and later, with or without the package bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return [
    "# Completions of setosa for bash.",
    "_setosa() {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
    '  local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" name="${COMP_WORDS[1]}"',
    "  COMPREPLY=()",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), "help", "version"].join(" ")}" -- "$word"))`,
    "    return",
    "  fi",
    '  case "$name" in',
    ...commands.flatMap(commandCase),
    "    help)",
    `      COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word")) ;;`,
    "  esac",
    "}",
    "complete -o filenames -F _setosa setosa",
    "",
  ].join("\n");
}

function commandCase({ name, options, words }: CompletedCommand): string[] {
  const names = options.flatMap(({ name: option, short }) => [`--${option}`, ...(short === undefined ? [] : [`-${short}`])]);
  const others = words.length === 0 ? '-f -- "$word"' : `-W "${words.join(" ")}" -- "$word"`;
  return [
    `    ${name})`,
    '      case "$previous" in',
    ...options.flatMap(valueCase),
    "      esac",
    '      if [[ "$word" == -* ]]; then',
    `        COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$word"))`,
    "      else",
    `        COMPREPLY=($(compgen ${others}))`,
    "      fi ;;",
  ];
}

function valueCase({ name, short, takes }: CompletedOption): string[] {
  if (takes === "nothing") return [];
  const what =
    takes === "text"
      ? ""
      : takes === "file"
        ? '-f -- "$word"'
        : takes === "folder"
          ? '-d -- "$word"'
          : `-W "${takes.join(" ")}" -- "$word"`;
  const reply = what === "" ? "" : `COMPREPLY=($(compgen ${what})); `;
  return [`        --${name}${short === undefined ? "" : `|-${short}`}) ${reply}return ;;`];
}
