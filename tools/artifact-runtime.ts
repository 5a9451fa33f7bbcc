import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runtimeModule } from "../test/artifact/bundle-runtime.ts";

/** Bundles the code that every module of `setosa compile` holds into `src/artifact/runtime-source.ts`; `--check` compares only. */
const path = fileURLToPath(new URL("../src/artifact/runtime-source.ts", import.meta.url));
const text = await runtimeModule();
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("src/artifact/runtime-source.ts is not up to date: npm run build:artifact-runtime");
  process.exitCode = 1;
}
