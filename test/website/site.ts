import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative } from "node:path";
import { root } from "../e2e/process.ts";

export const dist = join(root, "website/dist");
if (!existsSync(join(dist, "index.html"))) throw new Error("The site is not built: npm run docs:install && npm run docs:build");

/** The site's HTML files, by path from its root: `/wire/predict`. */
export const htmlFiles: readonly string[] = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".html") && !file.startsWith("files/"),
);

export function addressOf(file: string): string {
  return `/${file.replace(/\.html$/, "").replace(/(^|\/)index$/, "$1")}`;
}

/** The file that a host of static pages answers an address with; undefined where there is none. */
export function fileAt(pathname: string): string | undefined {
  const path = join(dist, decodeURIComponent(pathname));
  if (relative(dist, path).startsWith("..")) return undefined;
  const candidates = [path, `${path}.html`, join(path, "index.html")];
  return candidates.find((candidate) => extname(candidate) !== "" && existsSync(candidate)) ?? (isFile(path) ? path : undefined);
}

function isFile(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Serves the built site as GitHub Pages does: /serve is serve.html. */
export async function serveSite(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(({ url = "/" }, response) => {
    const file = fileAt(new URL(url, "http://localhost").pathname);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain; charset=utf-8" }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
