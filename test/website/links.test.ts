import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pages, routeOf } from "../../website/pages.ts";
import { root } from "../e2e/process.ts";
import { addressOf, dist, fileAt, htmlFiles } from "./site.ts";

/** What the built pages lead to and load; nothing here asks the network. */

const html = new Map(htmlFiles.map((file) => [file, readFileSync(join(dist, file), "utf8")]));

function attributes(text: string, element: string, attribute: string): string[] {
  const found = text.matchAll(new RegExp(`<${element}\\b[^>]*?\\s${attribute}="([^"]*)"`, "g"));
  return [...found].map(([, value = ""]) => value.replaceAll("&amp;", "&").replaceAll("&#39;", "'"));
}

function idsOf(file: string): Set<string> {
  return new Set([...readFileSync(file, "utf8").matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));
}

describe("the built site", () => {
  it("has every page of the navigation", () => {
    expect(htmlFiles).toEqual(
      expect.arrayContaining(pages.filter(({ file }) => existsSync(join(root, file))).map(({ file }) => `${routeOf(file)}.html`)),
    );
  });

  it.each(htmlFiles)("%s links to what is there, anchors included", (file) => {
    const faults: string[] = [];
    for (const href of attributes(html.get(file) ?? "", "a", "href")) {
      const url = new URL(href, `http://site.invalid${addressOf(file)}`);
      if (url.host !== "site.invalid") {
        // What others have is not asked for here: only whether it can be an address.
        if (!/^https?:$/.test(url.protocol) || !/^[\w.-]+\.[a-z]{2,}(:\d+)?$|^localhost:\d+$/.test(url.host)) faults.push(href);
        continue;
      }
      const target = fileAt(url.pathname);
      if (target === undefined) faults.push(`${href}: no such page`);
      else if (url.hash.length > 1 && target.endsWith(".html") && !idsOf(target).has(decodeURIComponent(url.hash.slice(1))))
        faults.push(`${href}: no such anchor`);
    }
    expect(faults).toEqual([]);
  });

  it.each(htmlFiles)("%s loads nothing from elsewhere", (file) => {
    const text = html.get(file) ?? "";
    const loaded = [
      ...attributes(text, "script", "src"),
      ...attributes(text, "link", "href"),
      ...attributes(text, "img", "src"),
      ...attributes(text, "iframe", "src"),
    ];
    expect(loaded.filter((address) => !address.startsWith("/") && !address.startsWith("data:"))).toEqual([]);
    for (const address of loaded) if (address.startsWith("/")) expect([address, fileAt(address)]).not.toContain(undefined);
  });
});
