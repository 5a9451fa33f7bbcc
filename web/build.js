// @ts-check
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

// Plain JavaScript: `npm start` runs it in a clone before anything else, and where nothing has changed it has to cost nothing.

const web = dirname(fileURLToPath(import.meta.url));
const standard = join(web, "..", "dist", "page");

/** The most that the page may weigh: all of its files together, as they are sent. */
const mostBytes = 150_000;

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Builds the page: every file compressed, and `page.json`, which lists them. The server reads nothing else.
 * @param {string} [folder] Where it goes
 * @returns {Promise<number>} bytes of all files, compressed
 */
export async function buildPage(folder = standard) {
  const { build } = await import("vite");
  const built = await build({ root: web, configFile: join(web, "vite.config.ts"), logLevel: "warn", build: { write: false } });
  const output = [built].flat().flatMap((part) => ("output" in part ? part.output : []));
  // Whoever looks while it is built sees the old page or the new one.
  const fresh = `${folder}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  let bytes = 0;
  const files = [];
  for (const part of output) {
    const content = Buffer.from(part.type === "chunk" ? part.code : part.source);
    const type = types[extname(part.fileName)];
    if (type === undefined) throw new Error(`Nobody has said what type ${part.fileName} has: web/build.js`);
    const compressed = gzipSync(content, { level: 9 });
    bytes += compressed.length;
    const file = `${part.fileName}.gz`;
    await mkdir(dirname(join(fresh, file)), { recursive: true });
    await writeFile(join(fresh, file), compressed);
    files.push({ path: part.fileName, file, type, hash: createHash("sha256").update(content).digest("base64url").slice(0, 16) });
  }
  if (bytes > mostBytes) throw new Error(`The page takes ${bytes} bytes compressed, and ${mostBytes} is the most.`);
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  await writeFile(join(fresh, "page.json"), `${JSON.stringify({ index: "index.html", files }, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(fresh, folder);
  return bytes;
}

/** Whether a source is newer than what was built of it, or nothing was. */
async function isStale() {
  const built = await stat(join(standard, "page.json")).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (built === 0) return true;
  const entries = await readdir(web, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || entry.parentPath.includes("node_modules")) continue;
    if ((await stat(join(entry.parentPath, entry.name))).mtimeMs > built) return true;
  }
  return false;
}

/** @param {readonly string[]} argv */
async function main(argv) {
  const ifStale = argv.includes("--if-stale");
  if (ifStale && !(await isStale())) return;
  try {
    const bytes = await buildPage();
    const { files } = JSON.parse(await readFile(join(standard, "page.json"), "utf8"));
    process.stdout.write(`The page: ${files.length} files, ${bytes} bytes compressed, in ${relative(process.cwd(), standard)}\n`);
  } catch (error) {
    // A server without its page serves models all the same.
    if (!ifStale) throw error;
    process.stderr.write(`The page could not be built, and / answers text: ${error instanceof Error ? error.message : error}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
