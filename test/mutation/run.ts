import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Recorded, record } from "../fuzz/record.ts";
import { mutants } from "./mutants.ts";

/**
 * Puts every defect into a copy of the sources, one at a time, and runs the tests that have to fail: `npm run test:mutation`.
 * Words after `--` choose the defects whose description holds one. What is found is recorded, each defect by itself.
 */
const words = process.argv.slice(2);
const chosen = mutants.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)));
for (const { what, file, from } of chosen)
  if (readFileSync(new URL(`../../${file}`, import.meta.url), "utf8").split(from).length !== 2)
    throw new Error(`"${what}": the snippet should be in ${file} exactly once.`);
const started = performance.now();
const outcomes = new Map<string, boolean>(recordedDefects().map(({ what, caught }) => [what, caught]));
const root = fileURLToPath(new URL("../../", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "setosa-mutation-"));
try {
  for (const name of ["src", "test", "types", "models", "package.json", "tsconfig.json", "vitest.config.ts"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const survivors: string[] = [];
  for (const { what, file, from, to, tests } of chosen) {
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    const caughtBy = tests.find((test) => !passes(test));
    writeFileSync(path, source);
    console.log(`${caughtBy === undefined ? "SURVIVED" : "caught  "} ${what}${caughtBy === undefined ? "" : `, by ${caughtBy}`}`);
    if (caughtBy === undefined) survivors.push(what);
    outcomes.set(what, caughtBy !== undefined);
    const defects = mutants.flatMap((mutant) => {
      const caught = outcomes.get(mutant.what);
      return caught === undefined ? [] : [{ what: mutant.what, caught }];
    });
    record("mutation", "npm run test:mutation", started, { defects });
  }
  console.log(`${chosen.length - survivors.length} of ${chosen.length} defects are caught`);
  if (survivors.length > 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}

/** A defect may take all memory, or never end. */
function passes(test: string): boolean {
  const { status } = spawnSync("npx", ["vitest", "run", "--bail", "1", test], {
    cwd: copy,
    stdio: "ignore",
    timeout: 300_000,
    killSignal: "SIGKILL",
    env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=1024" },
  });
  return status === 0;
}

/** Those of earlier runs: one defect takes half a minute on a busy machine. */
function recordedDefects(): readonly { readonly what: string; readonly caught: boolean }[] {
  try {
    const text = readFileSync(new URL("../fuzz/results/mutation.json", import.meta.url), "utf8");
    return (JSON.parse(text) as Recorded<{ defects: { what: string; caught: boolean }[] }>).result.defects;
  } catch {
    return [];
  }
}
