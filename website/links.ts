import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { home, pages, routeOf } from "./pages.ts";

export const repository = fileURLToPath(new URL("..", import.meta.url));

/** Folder of the site with those files of the repository that pages link to. */
export const filesFolder = "files";

const routes = new Map([home, ...pages.map(({ file }) => file)].map((file) => [file, routeOf(file)]));

export interface Target {
  readonly href: string;
  /** A file of the repository that has to lie on the site for this link. */
  readonly file?: string;
}

/**
 * Where a link of a Markdown file leads on the site. What has a page there leads to it; any other file to a copy of it, or to
 * the repository's own pages where their address is known.
 * @param from the file with the link, from the root of the repository
 * @param source address of the repository's files, such as `https://github.com/owner/name/blob/main`
 * @returns undefined for what leads elsewhere, or within the page
 * @throws Error where nothing lies there
 */
export function siteLink(href: string, from: string, source?: string): Target | undefined {
  if (/^([a-z][a-z0-9+.-]*:|#|\/)/i.test(href)) return undefined;
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/.exec(href) ?? [];
  const file = normalize(join(dirname(from), decodeURIComponent(path))).replace(/\/$/, "");
  const route = routes.get(file) ?? routes.get(`${file}/README.md`);
  if (route !== undefined) return { href: `/${route === "index" ? "" : route}${rest}` };
  if (!existsSync(join(repository, file))) throw new Error(`${from} links to ${href}, and there is no ${file}`);
  if (source !== undefined) return { href: `${source}/${file}${rest}` };
  if (statSync(join(repository, file)).isDirectory()) throw new Error(`${from} links to ${href}, a folder, which cannot lie on the site`);
  return { href: `/${filesFolder}/${file}${rest}`, file };
}
