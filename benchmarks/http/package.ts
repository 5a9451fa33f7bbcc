import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./server.ts";

/**
 * The package as users have it, without its sources: from those, Node would run a TypeScript loader too, which takes
 * about 20 MB and 200 ms. Needs `npm run build` before it.
 * @returns The path of its command
 */
export function unpackPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), "setosa-package-"));
  for (const part of ["bin", "dist", "package.json"]) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "bin/setosa");
}
