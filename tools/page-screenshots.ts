import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root, startSetosa } from "../test/e2e/process.ts";
import { buildPage } from "../web/build.js";
import { looks, scenes } from "./page-screenshots/scenes.ts";
import { askAround } from "./page-screenshots/traffic.ts";

/**
 * Makes the pictures of docs/images/page/ from the real program: real models, real traffic for a while, every scene in every look.
 * Needs Debian's `chromium`. `npm run docs:screenshots -- --seconds 20` is enough to see whether it works.
 */

const option = process.argv.indexOf("--seconds");
/** Of traffic before the pictures are taken, so that there is something to see in them. */
const seconds = option < 0 ? 180 : Number(process.argv[option + 1]);
const images = join(root, "docs", "images", "page");

const models = mkdtempSync(join(tmpdir(), "setosa-screenshots-"));
for (const file of readdirSync(join(root, "models")).filter((name) => name.endsWith(".onnx"))) {
  const name = file.replace(/\.onnx$/, "");
  // Two versions of the first one, so that there is a canary.
  for (const version of name === "iris" ? ["1", "2"] : ["1"]) {
    mkdirSync(join(models, name, version), { recursive: true });
    copyFileSync(join(root, "models", file), join(models, name, version, "model.onnx"));
  }
}

await buildPage();
const server = startSetosa(["serve", models, "--default", "iris", "--versions", "all", "--port", "0", "--admin-port", "0"]);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const [url = ""] = await server.waitFor(/http:\/\/localhost:\d+/);
  const [, operators = ""] = await server.waitFor(/[Oo]perators.*?(http:\/\/\S+:\d+)/);
  const canary = await fetch(`${operators}/models/iris/versions/1/canary`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ percent: 20 }),
  });
  if (!canary.ok) throw new Error(`No canary: ${await canary.text()}`);
  const stop = askAround(url);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  mkdirSync(images, { recursive: true });
  for (const { name: look, ...options } of looks) {
    const context = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
    for (const { name, place, ready } of scenes) {
      const page = await context.newPage();
      await page.goto(`${url}/${place}`);
      await ready(page);
      // What the page asks for beside that.
      await page.waitForTimeout(1500);
      const path = join(images, `${name}-${look}.png`);
      await page.screenshot({ path });
      console.log(`${path.slice(root.length)}: ${statSync(path).size} bytes`);
      await page.close();
    }
    await context.close();
  }
  await stop();
} finally {
  await browser.close();
  await server.stop();
  rmSync(models, { recursive: true, force: true });
}
