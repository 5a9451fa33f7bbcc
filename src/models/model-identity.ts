import { SetosaError } from "../errors.ts";
import type { Signature } from "../graph/signature.ts";

/** Letters, digits and `._-`: a name and a version become parts of a URL. */
const urlName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * A model's name and version: as asked for, else as its signature says, else the file's name and 1.
 * @param file The path or URL that it was read from; undefined when it came as bytes
 * @throws SetosaError MODEL_SIGNATURE_INVALID
 */
export function modelIdentity(
  signature: Pick<Signature, "name" | "version">,
  asked: { readonly name?: string; readonly version?: string },
  file: string | URL | undefined,
): ModelIdentity {
  return {
    name: checkedName("name", asked.name ?? signature.name ?? (file === undefined ? "model" : fileName(file))),
    version: checkedName("version", asked.version ?? signature.version ?? "1"),
  };
}

/** The last part of a path without its ending, with other characters than a URL takes as `-`. */
export function fileName(source: string | URL): string {
  // It has been read by now, so that its escapes are known to be sound.
  const path = typeof source === "string" ? source : decodeURIComponent(source.pathname);
  const last = path.split(/[/\\]/).at(-1) ?? "";
  const slug = last
    .replace(/\.[^.]*$/, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
  return slug === "" ? "model" : slug.slice(0, 128);
}

function checkedName(what: "name" | "version", name: string): string {
  if (urlName.test(name)) return name;
  throw new SetosaError("MODEL_SIGNATURE_INVALID", `The model's ${what} ${JSON.stringify(name.slice(0, 80))} cannot be part of a URL.`, {
    path: what,
    hint: "Use up to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit.",
  });
}
