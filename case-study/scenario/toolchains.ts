import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Builds what the scenario's servers need, from the case study's own pinned files; what is there already stays. */
export function prepareToolchains(root: string, log: (line: string) => void): void {
  const study = join(root, "case-study");
  const python = join(study, "python", ".venv", "bin", "python");
  if (!existsSync(python)) {
    log("creating the Python environment");
    run(["python3", "-m", "venv", join(study, "python", ".venv")], root);
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(study, "python", "requirements.txt")], root);
  }
  if (!existsSync(join(study, "python", "models", "iris-forest.joblib"))) {
    log("training the models for Python");
    run([python, join(study, "models", "export.py"), "--json", join(study, "python", "models")], root);
  }
  log("building the Go servers");
  run(["go", "build", "-o", "bin/", "./cmd/..."], join(study, "go"));
}

/** Which of the programs that the scenario cannot do without are absent. */
export function missingPrograms(): string[] {
  return [
    ["go", "version"],
    ["python3", "--version"],
    ["hey", "-h"],
    ["taskset", "--version"],
  ].flatMap(([program = "", flag = ""]) => (spawnSync(program, [flag]).error === undefined ? [] : [program]));
}

export function has(program: string): boolean {
  return spawnSync(program, ["-v"]).error === undefined;
}

function run([file = "", ...args]: readonly string[], folder: string): void {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} failed: ${error?.message ?? ""}\n${stdout}${stderr}`);
}
