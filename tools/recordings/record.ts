import { spawn } from "node:child_process";

export interface Recording {
  /** The file's name. */
  readonly name: string;
  readonly title: string;
  /** What stands behind the prompt; runs in a shell. */
  readonly command: string;
  /** Ends the command when its output holds this. */
  readonly until?: RegExp;
  readonly columns?: number;
}

export const usualColumns = 100;
/** Milliseconds; a command that takes longer is ended, and its recording fails. */
const most = 120_000;

/** Runs a command in a pseudo terminal, that of util-linux's script, and gives what it wrote there. */
export function record({ command, until, columns = usualColumns }: Recording, cwd: string, path: string): Promise<string> {
  const line = `stty cols ${columns} rows 50; ${command}`;
  const { NO_COLOR: _, CI: __, ...environment } = process.env;
  const child = spawn("script", ["-q", "-e", "-c", line, "/dev/null"], {
    cwd,
    env: { ...environment, PATH: path, TERM: "xterm-256color", SHELL: "/bin/bash" },
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    let output = "";
    let over = false;
    const timer = setTimeout(() => end(new Error(`It takes longer than ${most} ms:\n${output}`)), most);
    const end = (error?: Error) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      if (error === undefined) resolve(output);
      else reject(error);
    };
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      if (until?.test(output) === true) end();
    });
    child.once("error", (error) => end(new Error(`script, of util-linux, does not run: ${error.message}`)));
    child.once("close", () => end());
  });
}
