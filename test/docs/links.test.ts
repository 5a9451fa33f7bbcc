import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { home, pages, routeOf } from "../../website/pages.ts";
import { slugOf } from "../../website/slug.ts";
import { root } from "../e2e/process.ts";
import { documents, textOf } from "./blocks.ts";

/** Links between the documents as they lie in the repository; test/website looks at the same links on the site. */

const all = [...new Set([...documents, ...pages.map(({ file }) => file)])].filter((file) => existsSync(join(root, file)));

/** A document's text without what stands in code. */
function prose(file: string): string {
  return textOf(file)
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, " "));
}

const anchors = new Map<string, Set<string>>();
function anchorsOf(file: string): Set<string> {
  const known = anchors.get(file);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const times = new Map<string, number>();
  for (const [, heading = ""] of textOf(file)
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = slugOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]|\\(?=.)/g, ""));
    const before = times.get(slug) ?? 0;
    times.set(slug, before + 1);
    found.add(before === 0 ? slug : `${slug}-${before}`);
  }
  anchors.set(file, found);
  return found;
}

describe("the links of the documents", () => {
  it.each(all)("%s", (file) => {
    const faults: string[] = [];
    for (const [, target = ""] of prose(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:\/\//.test(target)) {
        if (!URL.canParse(target)) faults.push(`${target}: no address`);
        continue;
      }
      if (/^[a-z]+:/i.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const linked = path === "" ? file : normalize(join(dirname(file), decodeURIComponent(path)));
      if (!existsSync(join(root, linked))) faults.push(`${target}: no such file`);
      else if (anchor !== undefined && linked.endsWith(".md") && !anchorsOf(linked).has(decodeURIComponent(anchor)))
        faults.push(`${target}: no such heading`);
      else if (statSync(join(root, linked)).isDirectory() && file !== "README.md" && !existsSync(join(root, linked, "README.md")))
        faults.push(`${target}: a folder, which is no page of the site`);
    }
    expect(faults).toEqual([]);
  });
});

describe("the navigation of the site", () => {
  it("has every document, once", () => {
    const listed = pages.map(({ file }) => file);
    expect([...listed].sort()).toEqual([...new Set(listed)].sort());
    const missing = documents.filter((file) => file !== "README.md" && file !== home && !listed.includes(file));
    expect(missing, "add these to website/pages.ts").toEqual([]);
  });

  it("names files that there are, each at an address of its own", () => {
    expect(pages.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
    const routes = [home, ...pages.map(({ file }) => file)].map(routeOf);
    expect(new Set(routes).size).toBe(routes.length);
  });
});

describe("every page", () => {
  it.each(documents.filter((file) => file.startsWith("docs/")))("%s has one title, and says below it what it is for", (file) => {
    const text = textOf(file).replaceAll(/<!--[\s\S]*?-->/g, "");
    expect(text.startsWith("# ")).toBe(true);
    const [, second = ""] = text.split(/\n{2,}/);
    expect(second, `${file} begins with ${second.slice(0, 60)}`).not.toMatch(/^(#|```|\||-{3})/);
  });
});
