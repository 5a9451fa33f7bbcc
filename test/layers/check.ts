import { dirname, join, normalize } from "node:path/posix";
import { parseSync } from "oxc-parser";
import { mayImport, packages, variants } from "./rules.ts";

export interface Violation {
  readonly file: string;
  readonly imported: string;
  readonly rule: string;
}

/** Every module that a source imports: statically, as a type, again as an export, or by `import()`. */
export function importsOf(file: string, source: string): string[] {
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : []))),
    ...module.dynamicImports.map(({ moduleRequest }) => source.slice(moduleRequest.start, moduleRequest.end).replace(/^["'`]|["'`]$/g, "")),
    // Types named in comments of checked JavaScript.
    ...[...source.matchAll(/import\("([^"]+)"\)/g)].map(([, name]) => name ?? ""),
  ];
  return [...new Set(named)];
}

/** The imports of one file of `src/` that break a rule. `file` is relative to `src/`. */
export function violations(file: string, source: string): Violation[] {
  return importsOf(file, source).flatMap((imported) => {
    const rule = imported.startsWith(".") ? insideRule(file, normalize(join(dirname(file), imported))) : packageRule(file, imported);
    return rule === undefined ? [] : [{ file, imported, rule }];
  });
}

function insideRule(file: string, target: string): string | undefined {
  if (target.startsWith("..")) return "src/ imports nothing from outside of it";
  if (target === "errors.ts") return undefined;
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from === "errors.ts") return "errors.ts imports nothing";
  const allowed = mayImport[from];
  if (allowed === undefined) return `${from} is not in the table of layers`;
  if (from !== to)
    return allowed.includes(to) || allowed.includes(target) ? undefined : `${from} may import ${allowed.join(", ") || "nothing"}`;
  const [own, other] = [variantOf(file), variantOf(target)];
  if (variants.includes(from) && own !== undefined && other !== undefined && own !== other)
    return `variants in ${from}/ do not import each other`;
  return undefined;
}

function packageRule(file: string, name: string): string | undefined {
  const layer = layerOf(file);
  return packages[layer]?.some((pattern) => pattern.test(name)) ? undefined : `${layer} imports no ${name}`;
}

/** The first folder, or the file itself where it lies in `src/`. */
function layerOf(file: string): string {
  return file.split("/")[0] ?? file;
}

/** The folder within a layer of variants; undefined for what the variants share. */
function variantOf(file: string): string | undefined {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1] : undefined;
}
