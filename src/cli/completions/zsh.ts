import type { CompletedCommand, CompletedOption } from "./table.ts";

/** For zsh's completion system: to be evaluated behind compinit, or put into a file _setosa on the fpath. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return [
    "#compdef setosa",
    "# Completions of setosa for zsh.",
    "_setosa() {",
    "  local -a commands",
    `  commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(":", "\\:")}`)).join(" ")} 'help:shows what a command does' 'version:shows the version')`,
    "  if (( CURRENT == 2 )); then",
    "    _describe -t commands command commands",
    "    return",
    "  fi",
    "  local name=$words[2]",
    "  shift words; (( CURRENT-- ))",
    '  case "$name" in',
    ...commands.flatMap(commandCase),
    "    help) _describe -t commands command commands ;;",
    "  esac",
    "}",
    "# In a file on the fpath the function is run; evaluated, it is made known.",
    'if [ "$funcstack[1]" = "_setosa" ]; then _setosa "$@"; else compdef _setosa setosa; fi',
    "",
  ].join("\n");
}

function commandCase({ name, options, words }: CompletedCommand): string[] {
  const rest = words.length === 0 ? "'*:file:_files'" : `'1:what:(${words.join(" ")})' '*:file:_files'`;
  return [`    ${name})`, "      _arguments \\", ...options.flatMap(argument), `        ${rest} ;;`];
}

function argument({ name, short, help, takes }: CompletedOption): string[] {
  const action =
    takes === "nothing"
      ? ""
      : takes === "file"
        ? ":file:_files"
        : takes === "folder"
          ? ":folder:_files -/"
          : takes === "text"
            ? ":value: "
            : `:value:(${takes.join(" ")})`;
  const described = `[${help.replace(/[[\]:]/g, "\\$&")}]${action}`;
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map((option) => `        ${quoted(`*${option}${described}`)} \\`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
