import { readFileSync } from "node:fs";

/** The package's version. Its package.json lies two folders up from the sources, and from what was built of them. */
export function packageVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}
