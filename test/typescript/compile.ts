import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../e2e/process.ts";

/** What a careful user sets. `setosa/client` is the one of this repository. */
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2023", "dom"],
  types: [],
  noEmit: true,
  skipLibCheck: false,
};

/**
 * Type-checks a project of these files.
 * @returns what the compiler has against it, an error a line; empty where all is well
 */
export function typeErrors(files: Readonly<Record<string, string>>): readonly string[] {
  const project = mkdtempSync(join(tmpdir(), "setosa-types-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    }
    // As the package's exports say it; what was built of it has the types that users see.
    const installed = join(project, "node_modules/setosa");
    mkdirSync(installed, { recursive: true });
    const types = join(process.env.SETOSA_BUILT ?? root, "dist/client/index.d.ts");
    writeFileSync(
      join(installed, "package.json"),
      JSON.stringify({ name: "setosa", type: "module", exports: { "./client": "./client.js" } }),
    );
    writeFileSync(join(installed, "client.d.ts"), `export * from ${JSON.stringify(types.replace(/\.d\.ts$/, ".js"))};\n`);
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", project, "--pretty", "false"], {
      cwd: project,
      encoding: "utf8",
      stdio: "pipe",
    });
    return [];
  } catch (error) {
    const { stdout = "" } = error as { stdout?: string };
    if (stdout === "") throw error;
    // What is indented explains the line before it.
    return stdout.split("\n").filter((line) => /^\S/.test(line));
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
