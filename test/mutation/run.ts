import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.ts";

/** Puts every defect into a copy of the sources, one at a time, and runs the tests that have to fail: `npm run test:mutation`. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "setosa-mutation-"));
try {
  for (const name of ["src", "test", "types", "models", "package.json", "tsconfig.json", "vitest.config.ts"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const survivors: string[] = [];
  for (const { what, file, from, to, tests } of mutants) {
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) throw new Error(`"${what}": the snippet should be in ${file} exactly once.`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    const { status } = spawnSync("npx", ["vitest", "run", "--bail", "1", ...tests], { cwd: copy, stdio: "ignore" });
    writeFileSync(path, source);
    console.log(`${status === 0 ? "SURVIVED" : "caught  "} ${what}`);
    if (status === 0) survivors.push(what);
  }
  console.log(`${mutants.length - survivors.length} of ${mutants.length} defects are caught`);
  if (survivors.length > 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}
