import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSetosa } from "../e2e/process.ts";

/** Real shells, where they are installed; `.ci/run` installs them and demands them. */
const shells = { bash: completedByBash, zsh: completedByZsh, fish: completedByFish } as const;
type Shell = keyof typeof shells;
const installed = (Object.keys(shells) as Shell[]).filter((shell) => process.env.COMPLETIONS === "required" || isInstalled(shell));

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "setosa-completions-"));
  for (const shell of installed) {
    const running = startSetosa(["completions", shell]);
    expect(await running.ended()).toBe(0);
    writeFileSync(join(folder, shell), running.output());
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(installed)("completions in %s", (shell) => {
  it.each([
    ["setosa pre", "predict"],
    ["setosa predict --keep", "--keep-columns"],
    ["setosa predict --on-error sk", "skip"],
    ["setosa serve --runtime b", "bun"],
    ["setosa completions z", "zsh"],
    ["setosa serve --conf", "--config"],
  ])("%j becomes %j", (line, word) => {
    expect(shells[shell](line, word)).toContain(word);
  });
});

function isInstalled(shell: Shell): boolean {
  try {
    execFileSync(shell, ["-c", "true"]);
    return true;
  } catch {
    return false;
  }
}

function completedByBash(line: string): string {
  const words = line.split(" ").map((word) => JSON.stringify(word));
  const script = `source ${join(folder, "bash")}; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _setosa; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
}

function completedByFish(line: string): string {
  const script = `source ${join(folder, "fish")}; complete -C ${JSON.stringify(line)}`;
  return execFileSync("fish", ["--no-config", "-c", script], { encoding: "utf8" });
}

/** An interactive shell in a pseudo terminal, in which the tab key is pressed. */
function completedByZsh(line: string, word: string): string {
  const script = `
zmodload zsh/zpty
zpty z env TERM=dumb zsh -f -i
zpty -w z "PROMPT='> '; autoload -U compinit; compinit -u -D; source ${join(folder, "zsh")}; echo rea''dy"
zpty -r -m z out '*ready*'
zpty -w -n z ${quoted(line)}$'\\t'
zpty -r -m z out '*'${quoted(word)}'*'
print -r -- $out
zpty -d z`;
  return execFileSync("zsh", ["-f", "-c", script], { encoding: "utf8", timeout: 15_000 });
}

function quoted(text: string): string {
  return `'${text}'`;
}
