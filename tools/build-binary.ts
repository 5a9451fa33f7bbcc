import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chooseRuntime } from "../bin/runtime.js";

/**
 * Puts the command line, Bun and the page into one executable, for models that are compiled.
 *
 *   npm run build:binary -- [--outfile FILE] [--bun FILE]
 *
 * `--bun` is another platform's Bun, from its package (@oven/bun-linux-aarch64 …), to build for that.
 */
const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({ options: { outfile: { type: "string" }, bun: { type: "string" } } });
const outfile = resolve(values.outfile ?? join(root, "build", process.platform === "win32" ? "setosa.exe" : "setosa"));
const { bun, reason } = chooseRuntime(["--runtime", "bun"]);
if (bun === undefined) {
  console.error(`There is no Bun to build with: ${reason}.`);
  process.exit(1);
}

const pages = ["page", "docs"].map((name) => join("dist", name)).filter((folder) => existsSync(join(root, folder, "page.json")));
mkdirSync(dirname(outfile), { recursive: true });
execFileSync(
  bun,
  [
    "build",
    "--compile",
    "--minify-syntax",
    "--minify-whitespace",
    // Threads are started by their file's address, beside the executable's own.
    "--entry-naming=[name].[ext]",
    // What runs from the sources alone, and what is no part of it.
    "--external=tsx",
    "--external=onnxruntime-node",
    // Settings come from flags and the environment, not from files that happen to be there.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    ...pages.map((folder) => `--asset=${folder}`),
    ...(values.bun === undefined ? [] : [`--compile-executable-path=${resolve(values.bun)}`]),
    `--outfile=${outfile}`,
    "src/binary/main.ts",
    "src/bench/client/load-worker.js",
  ],
  { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
);
console.log(`${outfile}: ${(statSync(outfile).size / 1e6).toFixed(1)} MB, ${pages.length > 0 ? "with" : "without"} the page.`);
