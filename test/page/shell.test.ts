import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

describe.each(runtimes)("the page on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("shows the models, and leads through its sections by their links", async () => {
    const { page, faults, close } = await open(`${server().url}/`);
    await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "iris", exact: true }).click();
    await page.getByRole("heading", { name: "iris", level: 1 }).waitFor();
    expect(new URL(page.url()).hash).toBe("#/models/iris");
    const sections = page.getByRole("navigation", { name: "Sections" });
    for (const [link, heading] of [
      ["Try it", "Try iris"],
      ["What if", "What if: iris"],
      ["Live", "Live: iris"],
      ["Models", "Models"],
    ] as const) {
      await sections.getByRole("link", { name: link }).click();
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      expect(await sections.getByRole("link", { name: link }).getAttribute("aria-current")).toBe("page");
    }
    // The default model is no forest: whether it can be explained, its first explanation tells, and the browser notes the answer.
    expect(faults.filter((fault) => !fault.includes("status of 422"))).toEqual([]);
    await close();
  });

  it.each([
    ["light", "desktop"],
    ["dark", "desktop"],
    ["light", "phone"],
  ] as const)("is accessible, %s, on a %s", async (colorScheme, screen) => {
    const { page, faults, close } = await open(`${server().url}/`, { colorScheme, screen });
    await page.getByRole("main").getByRole("link", { name: "iris", exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });
});
