// @ts-check
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

// Puts the viewer of /openapi.json into dist/docs: Swagger UI as it is published, and what starts it. Plain JavaScript, as web/build.js.

const own = dirname(fileURLToPath(import.meta.url));
const standard = join(own, "..", "..", "dist", "docs");
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** The most that it may weigh: all of its files together, as they are sent. */
const mostBytes = 520_000;

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/** What Swagger UI is made of, and under which terms: its own, and those of what is inside of its bundle. */
async function licences() {
  const { version } = JSON.parse(await readFile(join(viewer, "package.json"), "utf8"));
  const parts = await Promise.all(
    ["NOTICE", "LICENSE", "swagger-ui-bundle.js.LICENSE.txt"].map((name) => readFile(join(viewer, name), "utf8")),
  );
  return Buffer.from([`Swagger UI ${version} (https://github.com/swagger-api/swagger-ui), unchanged.`, ...parts].join("\n\n"));
}

/** @returns {Promise<readonly (readonly [name: string, content: Buffer])[]>} */
async function sources() {
  return [
    ["swagger-ui.css", await readFile(join(viewer, "swagger-ui.css"))],
    ["swagger-ui-bundle.js", await readFile(join(viewer, "swagger-ui-bundle.js"))],
    ["docs.css", await readFile(join(own, "docs.css"))],
    ["start.js", await readFile(join(own, "start.js"))],
    ["licenses.txt", await licences()],
  ];
}

/** @param {Buffer} content */
function hashOf(content) {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}

/**
 * Builds the viewer: every file compressed, and `page.json`, which lists them. The server reads nothing else.
 * @param {string} [folder] Where it goes
 * @returns {Promise<number>} bytes of all files, compressed
 */
export async function buildDocs(folder = standard) {
  const fresh = `${folder}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  let html = await readFile(join(own, "index.html"), "utf8");
  let bytes = 0;
  /** @type {{ path: string, file: string, type: string | undefined, hash: string }[]} */
  const files = [];
  /**
   * @param {string} path
   * @param {Buffer} content
   */
  const add = async (path, content) => {
    const compressed = gzipSync(content, { level: 9 });
    const file = `${path.replace(/^docs\//, "")}.gz`;
    bytes += compressed.length;
    await writeFile(join(fresh, file), compressed);
    files.push({ path, file, type: types[extname(path)], hash: hashOf(content) });
  };
  for (const [name, content] of await sources()) {
    // Their names change with what they hold, so that browsers may keep them for good.
    const extension = extname(name);
    const path = `docs/${name.slice(0, -extension.length)}-${hashOf(content).slice(0, 8)}${extension}`;
    await add(path, content);
    html = html.replaceAll(`"${name}"`, `"${path}"`);
  }
  await add("docs.html", Buffer.from(html));
  if (bytes > mostBytes) throw new Error(`The viewer takes ${bytes} bytes compressed, and ${mostBytes} is the most.`);
  await writeFile(join(fresh, "page.json"), `${JSON.stringify({ index: "docs.html", files }, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(fresh, folder);
  return bytes;
}

/** Whether a source is newer than what was built of it, or nothing was. */
async function isStale() {
  /** @param {string} path */
  const changed = (path) =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const built = await changed(join(standard, "page.json"));
  const from = [...["index.html", "docs.css", "start.js", "build.js"].map((name) => join(own, name)), join(viewer, "package.json")];
  for (const path of from) if ((await changed(path)) > built) return true;
  return built === 0;
}

/** @param {readonly string[]} argv */
async function main(argv) {
  const ifStale = argv.includes("--if-stale");
  if (ifStale && !(await isStale())) return;
  try {
    const bytes = await buildDocs();
    process.stdout.write(`The viewer of the API: ${bytes} bytes compressed, in ${relative(process.cwd(), standard)}\n`);
  } catch (error) {
    // A server without it serves models all the same.
    if (!ifStale) throw error;
    process.stderr.write(`The viewer of the API could not be built: ${error instanceof Error ? error.message : error}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
