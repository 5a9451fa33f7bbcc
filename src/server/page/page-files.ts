import { readFile } from "node:fs/promises";
import { builtFolder } from "../../package-folder.ts";

/** A file of the page, as it was built. */
export interface PageFile {
  /** Relative to the page: `assets/index-1a2b3c.js`. */
  readonly path: string;
  /** Of what it holds. */
  readonly type: string;
  /** Of its content, before compression. */
  readonly hash: string;
  /** In gzip. */
  readonly compressed: Uint8Array;
}

/** The page that browsers are answered with: all of its files, in memory. */
export interface PageFiles {
  readonly index: PageFile;
  readonly assets: readonly PageFile[];
}

interface Listed {
  readonly path: string;
  readonly file: string;
  readonly type: string;
  readonly hash: string;
}

interface Listing {
  readonly index: string;
  readonly files: readonly Listed[];
}

/** Where web/build.js puts it. */
const standardFolder = new URL("page/", builtFolder);
/** Where web/docs/build.js puts the viewer of `/openapi.json`. */
export const docsFolder = new URL("docs/", builtFolder);

/**
 * Reads what `page.json` lists, and nothing else: no request's path ever becomes a file's.
 * @param folder Ends with a slash
 * @returns undefined where no page was built, as in a clone before `npm start`
 */
export async function readPage(folder = standardFolder): Promise<PageFiles | undefined> {
  let listing: Listing;
  try {
    listing = JSON.parse(await readFile(new URL("page.json", folder), "utf8")) as Listing;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
  const files = await Promise.all(
    listing.files.map(async ({ path, file, type, hash }) => ({ path, type, hash, compressed: await readFile(new URL(file, folder)) })),
  );
  const index = files.find(({ path }) => path === listing.index);
  return index === undefined ? undefined : { index, assets: files.filter((file) => file !== index) };
}
