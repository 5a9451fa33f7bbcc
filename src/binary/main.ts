import { basename } from "node:path";
import { run } from "../cli/main.ts";
import { packageFolder } from "../package-folder.ts";

/**
 * What the single executable does. Processes that Setosa starts of itself it starts as everywhere, with the runtime and a script; here both
 * are this file, and the script's name alone says what is to be done.
 */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  setosa: () => command(process.argv.slice(2)),
  "loader-main.js": () => import("../models/isolated/loader-main.js"),
  "responder.js": () => import("../bench/client/responder.js"),
};

const [, , first = ""] = process.argv;
const program = first.startsWith(packageFolder.pathname) ? programs[basename(first)] : undefined;
if (program === undefined) await command(process.argv.slice(2));
else {
  // As a script sees it.
  process.argv.splice(1, 1);
  await program();
}

async function command(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv, { runtimeReason: process.env.SETOSA_RUNTIME_REASON ?? "the single executable is Bun" });
  // A server has ended when its command says so, whatever else still holds the process.
  if (argv[0] === "serve") process.exit();
}
