import { SetosaError } from "../errors.ts";

/** What of the file system it takes: imported by whoever has one. */
export interface LinkReader {
  realpath(path: string): Promise<string>;
}

/**
 * The path without links, where it lies in a folder: a link in a folder of models may lead to somewhere in the same folder (mounted
 * volumes are made so), and not to what else this user may read.
 * @param root Without links itself
 * @throws SetosaError MODEL_FILE_UNREADABLE where it leads out; whatever `realpath` throws
 */
export async function insideRoot(files: LinkReader, root: string, path: string): Promise<string> {
  const real = await files.realpath(path);
  if (real === root || real.startsWith(root.endsWith("/") || root.endsWith("\\") ? root : root + separator(root))) return real;
  throw new SetosaError("MODEL_FILE_UNREADABLE", `${path} is a link that leads out of ${root}.`, {
    path,
    hint: "Put the file itself there, or allow such links with --follow-links where only people whom you trust may write to the folder.",
  });
}

function separator(root: string): string {
  return /^[A-Za-z]:\\|^\\\\/.test(root) ? "\\" : "/";
}
