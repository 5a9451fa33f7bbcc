import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// The oldest Bun that the suite runs on.
const oldestBun = [1, 4, 0];
const ownFolder = dirname(fileURLToPath(import.meta.url));

/**
 * Which runtime serves, and why, in words for the start-up report: `bun` is the binary to run, undefined for Node
 * or when this process is Bun already.
 * @param {readonly string[]} argv
 * @param {{ env?: Record<string, string | undefined>, cwd?: string, own?: string, versions?: { readonly bun?: string } }} [world]
 * @returns {{ bun?: string, reason?: string | undefined }}
 */
export function chooseRuntime(argv, { env = process.env, cwd = process.cwd(), own = ownFolder, versions = process.versions } = {}) {
  const option = optionValue(argv, "runtime");
  const wanted = option ?? env.SETOSA_RUNTIME ?? configuredRuntime(argv, env);
  const asked =
    option !== undefined
      ? `--runtime ${wanted}`
      : env.SETOSA_RUNTIME !== undefined
        ? `SETOSA_RUNTIME=${wanted}`
        : `"runtime": "${wanted}" in the configuration`;
  if (wanted === "node") {
    // Bun cannot turn into Node: the command line says so.
    return { reason: versions.bun === undefined ? asked : undefined };
  }
  if (versions.bun !== undefined) return { reason: wanted === "bun" ? asked : "the command was started with Bun" };
  // Anything else is an error that the command itself reports.
  if (wanted !== undefined && wanted !== "bun") return { reason: asked };

  const refused = [];
  for (const candidate of bunCandidates(own, cwd, env)) {
    const problem = candidate.trusted ? undefined : bunProblem(candidate.path);
    if (problem === undefined)
      return { bun: candidate.path, reason: wanted === "bun" ? `${asked}, found ${candidate.where}` : `found ${candidate.where}` };
    refused.push(`${candidate.path} ${problem}`);
  }
  const why = refused.length > 0 ? refused.join("; ") : "no Bun found";
  return { reason: wanted === "bun" ? `${asked}, but ${why}` : why };
}

/**
 * Platform packages first: they are pinned. Then the PATH.
 * @param {string} own
 * @param {string} cwd
 * @param {Record<string, string | undefined>} env
 */
function* bunCandidates(own, cwd, env) {
  const binary = process.platform === "win32" ? "bun.exe" : "bun";
  for (const start of [own, cwd])
    for (const name of platformPackages())
      for (const folder of foldersUpFrom(start)) {
        const path = join(folder, "node_modules", name, "bin", binary);
        // A package whose install was cut short has an empty file.
        if (sizeOf(path) > 0) yield { path, where: name, trusted: isRecent(readVersion(join(folder, "node_modules", name))) };
      }
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, binary);
    if (existsSync(path)) yield { path, where: `${path} on the PATH`, trusted: false };
  }
}

/**
 * What a file of options says of the runtime. What is wrong with the file is told by the command itself.
 * @param {readonly string[]} argv
 * @param {Record<string, string | undefined>} env
 */
function configuredRuntime(argv, env) {
  const file = optionValue(argv, "config") ?? env.SETOSA_CONFIG;
  if (file === undefined || file === "") return undefined;
  try {
    const { runtime, serve } = JSON.parse(readFileSync(file, "utf8"));
    const wanted = serve?.runtime ?? runtime;
    return typeof wanted === "string" ? wanted : undefined;
  } catch {
    return undefined;
  }
}

function platformPackages() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const base = `@oven/bun-${os}-${arch}`;
  const names = os === "linux" && isMusl() ? [`${base}-musl`] : [base];
  return arch === "x64" ? [...names, ...names.map((name) => `${name}-baseline`)] : names;
}

/** The C library that `ldd` belongs to; asking Node's own report takes longer than the rest of the launch. */
function isMusl() {
  try {
    return readFileSync("/usr/bin/ldd", "latin1").includes("musl");
  } catch {
    return existsSync("/etc/alpine-release");
  }
}

/**
 * @param {string} start
 */
function* foldersUpFrom(start) {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
}

/**
 * @param {string} path
 */
function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * @param {string} folder
 */
function readVersion(folder) {
  try {
    return String(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version);
  } catch {
    return "";
  }
}

/**
 * Why a binary will not do, by asking it.
 * @param {string} path
 */
function bunProblem(path) {
  const { stdout, status } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 5000, stdio: ["ignore", "pipe", "ignore"] });
  if (status !== 0) return "does not run";
  const version = stdout.trim();
  return isRecent(version) ? undefined : `is ${version || "of no known version"}, older than ${oldestBun.join(".")}`;
}

/**
 * @param {string} version
 */
function isRecent(version) {
  const parts = version.split(/[.-]/).map(Number);
  for (const [position, least] of oldestBun.entries()) {
    const part = parts[position] ?? Number.NaN;
    if (part !== least) return part > least;
  }
  return true;
}

/**
 * The value of `--name value` or `--name=value`, before the command line is really parsed.
 * @param {readonly string[]} argv
 * @param {string} name
 */
function optionValue(argv, name) {
  for (const [position, argument] of argv.entries()) {
    if (argument === "--") return undefined;
    if (argument === `--${name}`) return argv[position + 1];
    if (argument.startsWith(`--${name}=`)) return argument.slice(name.length + 3);
  }
  return undefined;
}
