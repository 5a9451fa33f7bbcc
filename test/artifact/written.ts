import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll } from "vitest";
import { type CompileModelOptions, compileModel, type ModelArtifact } from "../../src/artifact/compile-model.ts";
import type { ArtifactModule } from "../../src/artifact/runtime.ts";
import { root } from "../e2e/process.ts";

/** What a written module exports. */
export type Written = ArtifactModule & { readonly name: string; readonly version: string; readonly SetosaError: new () => Error };

/** A folder that is gone when the suite has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "setosa-artifact-"));
  // Without a package.json: a module has to be one by its own contents, as in anybody's folder.
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(root, file)));
}

export async function writeArtifact(folder: string, file: string, options: CompileModelOptions = {}): Promise<ModelArtifact> {
  const artifact = await compileModel(readBytes(file), { file, ...options });
  for (const [name, bytes] of artifact.files) writeFileSync(join(folder, name), bytes);
  return artifact;
}

/** Imports a module as it lies there: without any loader's transformations, which Node's own import has none of. */
export async function importWritten(folder: string, name: string): Promise<Written> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.js`)).href)) as Written;
}
