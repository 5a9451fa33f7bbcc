import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Peer } from "./peer.ts";

const file = (peer: Peer): string => join(peer.cwd, ".venv", "size.json");

/**
 * Adds up the files of a peer's environment and keeps the sum in it, for `installedBytes`.
 * Right after its installation, because a server that has run leaves more compiled files behind.
 */
export function measureSize(peer: Peer): number {
  const folder = join(peer.cwd, ".venv");
  const bytes = bytesIn(folder);
  writeFileSync(file(peer), `${JSON.stringify({ bytes })}\n`);
  return bytes;
}

/**
 * Bytes of a peer's environment, its pip included and its Python not.
 * @returns undefined where it has not been installed
 */
export function installedBytes(peer: Peer): number | undefined {
  let text: string;
  try {
    text = readFileSync(file(peer), "utf8");
  } catch {
    return undefined;
  }
  return (JSON.parse(text) as { readonly bytes: number }).bytes;
}

/** Not by readdir's own recursion: it goes through links to folders, such as lib64 to lib, and counts them twice. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : lstatSync(path).size);
  }, 0);
}
