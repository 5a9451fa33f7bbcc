import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";
import { ask, askDrifted } from "./traffic.ts";

describe.each(runtimes)("Live on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models/iris.onnx`, `${root}models/iris-forest.onnx`]);

  it("shows each point as it comes: requests, latency, errors, queue, lag, memory, and by model", async () => {
    const { page, faults, close } = await open(`${server().url}/#/live`);
    const charts = page.getByRole("region", { name: "Figures of the server" }).getByRole("figure");
    await expect.poll(() => charts.count(), { timeout: 20_000 }).toBe(8);
    for (const title of [
      "Requests per second",
      "Latency",
      "Errors per second",
      "Queue",
      "Event loop lag",
      "Memory",
      "Busy cores",
      "Connections",
    ])
      expect(await page.getByRole("figure", { name: title }).count()).toBe(1);
    await ask(server(), "iris", 40);
    const table = page.getByRole("region", { name: /^By model/ }).first();
    await expect.poll(() => table.innerText(), { timeout: 20_000 }).toMatch(/iris\s+40\s/);
    expect(await page.getByRole("figure", { name: "Memory" }).innerText()).toMatch(/[\d.]+ MB/);
    // As numbers, too.
    const requests = page.getByRole("figure", { name: "Requests per second" });
    await requests.getByText("Table").click();
    await expect.poll(() => requests.getByRole("row").count()).toBeGreaterThan(1);
    expect(faults).toEqual([]);
    await close();
  });

  it("is read with the keyboard", async () => {
    const { page, faults, close } = await open(`${server().url}/#/live`);
    const control = page.getByRole("slider", { name: "Memory: point in time" });
    await control.waitFor({ timeout: 30_000 });
    await control.focus();
    await page.keyboard.press("Home");
    const first = await control.getAttribute("aria-valuetext");
    expect(first).toMatch(/^\d\d:\d\d:\d\d: Memory [\d.]+ MB$/);
    expect(await control.getAttribute("aria-valuenow")).toBe("0");
    await page.keyboard.press("ArrowRight");
    expect(await control.getAttribute("aria-valuenow")).toBe("1");
    expect(await page.getByRole("figure", { name: "Memory" }).innerText()).not.toContain("\nnow\n");
    expect(faults).toEqual([]);
    await close();
  });

  it("says what drifts from training, and by how much", async () => {
    await askDrifted(server(), "iris-forest", 25);
    const { page, faults, close } = await open(`${server().url}/#/live`);
    const drift = page.getByRole("region", { name: "Drift against training" });
    const forest = drift.getByRole("listitem").filter({ hasText: "iris-forest" });
    await expect.poll(() => forest.innerText(), { timeout: 20_000 }).toContain("sepal length (cm): large drift");
    await forest.getByRole("link").click();
    await page.getByRole("heading", { name: "Live: iris-forest" }).waitFor();
    const feature = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "sepal length (cm)" }) });
    await expect.poll(() => feature.innerText()).toMatch(/large drift\s+\d+\.\d{3}/);
    expect(await feature.innerText()).toContain("400 above the range");
    // The same in words for those who do not see bars.
    expect(await feature.getByRole("img").getAttribute("aria-label")).toMatch(
      /^sepal length \(cm\) now: up to .*above .*: 100 % \(training \d+ %\)/,
    );
    expect(faults).toEqual([]);
    await close();
  });

  it.each([
    ["light", "desktop"],
    ["dark", "desktop"],
    ["light", "phone"],
    ["dark", "phone"],
  ] as const)("is accessible, %s, on a %s", async (colorScheme, screen) => {
    const { page, faults, close } = await open(`${server().url}/#/live`, { colorScheme, screen, reducedMotion: "reduce" });
    await page.getByRole("slider").first().waitFor({ timeout: 30_000 });
    await page.getByRole("region", { name: "Drift against training" }).getByText("rows").first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goto(`${server().url}/#/models/iris-forest/live`);
    await page.getByRole("rowheader", { name: "sepal length (cm)" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });
});

describe.each(runtimes)("Live without figures on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models/iris.onnx`, "--no-metrics", "--no-monitoring"]);

  it("says so, and Models work", async () => {
    const { page, faults, close } = await open(`${server().url}/#/live`, { expected: /status of 404/ });
    await page.getByText("This server does not tell its figures").waitFor();
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByText("4 features → Iris-Setosa").waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
