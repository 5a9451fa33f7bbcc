import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CatalogueEntry } from "./catalogue.ts";

/** What `prepare/prepare.py` says of a model that it made. */
export interface Info {
  /** Which file Setosa and the native predictors read; `model.onnx` is what onnxruntime reads. */
  readonly file: string;
  readonly features: number;
  readonly rows: number;
  /** Scores per row. */
  readonly width: number;
  /** Root mean square of the scores. */
  readonly scale: number;
  /** The compiler's flags, by native predictor. */
  readonly made: Readonly<Record<string, string>>;
  /** Why a contender is absent, by its name. */
  readonly absent: Readonly<Record<string, string>>;
  readonly nodes?: number;
  /** Comparisons that a row takes on average, over all trees. */
  readonly steps?: number;
}

export interface Prepared extends CatalogueEntry {
  readonly folder: string;
  readonly info: Info;
}

const here = fileURLToPath(new URL(".", import.meta.url));

/** Where the Python environment, the models and the compiled predictors are kept. */
export function cacheFolder(flag?: string): string {
  return (flag ?? process.env.SETOSA_BENCH_CACHE ?? `${here}.cache`).replace(/\/$/, "");
}

export function pythonOf(cache: string): string {
  return `${cache}/venv/bin/python`;
}

/** Makes the Python environment, unless the cache has the one of these requirements. */
export function preparePython(cache: string): void {
  mkdirSync(`${cache}/models`, { recursive: true });
  const requirements = readFileSync(`${here}requirements.txt`, "utf8");
  const installed = `${cache}/venv/requirements.txt`;
  if (existsSync(installed) && readFileSync(installed, "utf8") === requirements) return;
  if (!existsSync(pythonOf(cache))) execFileSync("python3", ["-m", "venv", `${cache}/venv`], { stdio: "inherit" });
  execFileSync(pythonOf(cache), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", `${here}requirements.txt`], {
    stdio: "inherit",
  });
  writeFileSync(installed, requirements);
}

/** Builds Go's `leaves`; gives why it is absent, or nothing. */
export function prepareLeaves(cache: string): string | undefined {
  if (existsSync(`${cache}/leaves`)) return undefined;
  try {
    execFileSync("go", ["build", "-o", `${cache}/leaves`, "."], { cwd: `${here}predictors/leaves`, stdio: "pipe" });
    return undefined;
  } catch {
    return "it could not be built: it needs Go and the module proxy";
  }
}

export function isPrepared(cache: string, entry: CatalogueEntry): boolean {
  return existsSync(`${folderOf(cache, entry)}/info.json`);
}

function folderOf(cache: string, { name, specification }: CatalogueEntry): string {
  const hash = createHash("sha256").update(JSON.stringify(specification)).digest("hex").slice(0, 8);
  return `${cache}/models/${name.replaceAll(/[^a-z0-9]+/g, "-")}-${hash}`;
}

/** The model from the cache; trained and compiled first where it is not there yet. */
export async function prepareModel(cache: string, entry: CatalogueEntry, report: (line: string) => void): Promise<Prepared> {
  const folder = folderOf(cache, entry);
  if (!isPrepared(cache, entry)) {
    const specification = JSON.stringify(entry.specification);
    const started = performance.now();
    // Another run may be preparing the same model: whoever is first is kept.
    const own = `${folder}.${process.pid}.new`;
    rmSync(own, { recursive: true, force: true });
    await promisify(execFile)(pythonOf(cache), [`${here}prepare/prepare.py`, own, specification], { maxBuffer: 2 ** 26 });
    if (existsSync(folder)) rmSync(own, { recursive: true });
    else renameSync(own, folder);
    report(`prepared ${entry.name} in ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return { ...entry, folder, info: JSON.parse(readFileSync(`${folder}/info.json`, "utf8")) as Info };
}
