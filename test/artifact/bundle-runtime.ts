import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What the bundle ends with: the module that is written around it exports these itself. */
const exported = /export \{\s*SetosaError,\s*defineModel\s*\};\s*$/;

/** `src/artifact/runtime-source.ts` as it has to be for the sources as they are. Readable, as it ends up in other people's projects. */
export async function runtimeModule(): Promise<string> {
  const entry = fileURLToPath(new URL("../../src/artifact/runtime.ts", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: fileURLToPath(new URL("../../", import.meta.url)),
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    write: false,
  });
  const bundled = outputFiles[0]?.text ?? "";
  if (!exported.test(bundled)) throw new Error(`The bundle does not end with its exports:\n${bundled.slice(-200)}`);
  if (/^import\b|\bimport\(/m.test(bundled)) throw new Error("The bundle imports something.");
  // The names of source files say nothing to those who read it.
  const lines = bundled
    .replace(exported, "")
    .split("\n")
    .filter((line) => !line.startsWith("// src/"))
    // Of comments; texts are escaped already.
    .map((line) => line.replaceAll("×", "x").replaceAll("…", "..."));
  return [
    "// Made by npm run build:artifact-runtime of src/artifact/runtime.ts and all that it imports.",
    "export const runtimeSource = [",
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    '].join("\\n");',
    "",
  ].join("\n");
}
