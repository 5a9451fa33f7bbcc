/**
 * Takes out of dist/ what nobody needs who installs the package: comments in code, and declarations that no public one leads to. A third of
 * what was compiled; the sources have it all.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = join(root, "dist");
const files = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .filter((file) => !/^(page|docs)[\\/]/.test(file))
  .map((file) => join(dist, file));

const sizeOf = (): number => files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
const before = sizeOf();

for (const file of files.filter((name) => name.endsWith(".js"))) {
  const { code } = transformSync(readFileSync(file, "utf8"), { format: "esm", target: "es2023", legalComments: "none" });
  writeFileSync(file, code);
}

const reached = new Set<string>();
const visit = (file: string): void => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g))
    visit(resolve(dirname(file), from.replace(/\.(js|ts)$/, ".d.ts")));
};
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: unknown };
for (const [, types = ""] of JSON.stringify(exports).matchAll(/"\.\/(dist\/[^"]+\.d\.ts)"/g)) visit(join(root, types));
for (const file of files) if (file.endsWith(".d.ts") && !reached.has(file)) rmSync(file);

console.log(`The package's code and types take ${(sizeOf() / 1e6).toFixed(2)} MB; compiled they took ${(before / 1e6).toFixed(2)}.`);
