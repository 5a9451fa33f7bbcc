import { existsSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../e2e/process.ts";
import { serveSite } from "./site.ts";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const shown = ["/", "/quick-start-data-science", "/case-study", "/serve", "/reference/options", "/protocols", "/measurements/serving/grpc"];
const screens = [
  { name: "a desk", viewport: { width: 1280, height: 800 } },
  { name: "a phone", viewport: { width: 360, height: 740 } },
] as const;

let browser: Browser;
let server: Server;
let url: string;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  ({ server, url } = await serveSite());
});
afterAll(async () => {
  await browser.close();
  server.close();
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds against WCAG 2.2 AA. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<Violation[]>(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) => violations)`,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`).join("\n")}`,
  );
}

describe.each(screens)("on $name", ({ viewport }) => {
  describe.each(["light", "dark"] as const)("in the %s", (colorScheme) => {
    it.each(shown)("%s is accessible, fits, and asks nobody else", async (path) => {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("request", (request) => new URL(request.url()).origin === url || faults.push(request.url()));
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.goto(url + path, { waitUntil: "networkidle" });
      expect(await page.evaluate("document.documentElement.classList.contains('dark')")).toBe(colorScheme === "dark");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      if (process.env.SCREENSHOTS !== undefined && existsSync(process.env.SCREENSHOTS))
        await page.screenshot({ path: join(process.env.SCREENSHOTS, `${path.replaceAll("/", "_")}-${viewport.width}-${colorScheme}.png`) });
      await context.close();
    });
  });
});

it("finds a word of a guide, with the keyboard alone, and without the network", async () => {
  const page = await browser.newPage();
  await page.goto(`${url}/serve`, { waitUntil: "networkidle" });
  await page.keyboard.press("/");
  await page.waitForSelector(".VPLocalSearchBox input");
  await page.keyboard.type("SIGHUP reload");
  await page.waitForSelector(".VPLocalSearchBox .result");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/production#signals$/);
  await page.close();
});
