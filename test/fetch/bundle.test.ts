import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "../e2e/process.ts";

/** As a bundler makes it, into one file: what is imported only where it is needed is there as well. */
async function bundled(entry: string) {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${root}src/fetch/${entry}`],
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["node:*"],
    minify: true,
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return { bytes: gzipSync(outputFiles[0]?.contents ?? "").length, imports };
}

describe("setosa/fetch, bundled for hosts without files", () => {
  it.each(["precompiled.ts", "browser.ts"])("imports no module of Node's when it is loaded: %s", async (entry) => {
    const { imports, bytes } = await bundled(entry);
    expect(imports.filter(({ kind }) => kind !== "dynamic-import")).toEqual([]);
    // What explains predictions reads model files, and is most of it.
    expect(bytes).toBeLessThan(300_000);
  });
});
