import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes, startSetosa } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Sends the example of an operation, and gives what was answered. */
async function tryOut(page: Page, operation: string): Promise<string> {
  const block = page.locator(`[id$="-${operation}"]`);
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table .highlight-code pre").first();
  return (await answer.textContent()) ?? "";
}

describe.each(runtimes)("the viewer of the API on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("lists what the models answer, and asks them for real", async () => {
    const { page, faults, close } = await open(`${server().url}/docs`);
    await page.getByRole("heading", { name: /^Setosa \d/ }).waitFor();
    for (const name of ["iris", "iris-forest", "wine", "loans"])
      expect(await page.locator(`[data-path="/models/${name}/predict"]`).count()).toBe(2);
    expect(JSON.parse(await tryOut(page, "predictIris"))).toMatchObject({ model: "iris", prediction: "Iris-Setosa" });
    expect(await tryOut(page, "predictIrisFromQuery")).toContain("Iris-Setosa");
    expect(JSON.parse(await tryOut(page, "openInferenceInfer"))).toMatchObject({ outputs: expect.any(Array) });
    // No violation of the policy, no exception, and no request but to this server.
    expect(faults).toEqual([]);
    await close();
  });

  it.each(["light", "dark"] as const)("is accessible in %s", async (colorScheme) => {
    const { page, close } = await open(`${server().url}/docs`, { colorScheme });
    await page.locator(".opblock").first().waitFor();
    const dark = await page.locator("html.dark-mode").count();
    expect(dark).toBe(colorScheme === "dark" ? 1 : 0);
    const problems = (await accessibilityProblems(page)).filter((problem) => /^(serious|critical): /.test(problem));
    expect(problems).toEqual([]);
    await close();
  });

  it("is found where its address ends in a slash", async () => {
    const { page, faults, close } = await open(`${server().url}/docs/`);
    await page.locator(".opblock").first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/docs");
    expect(faults).toEqual([]);
    await close();
  });
});

describe.each(runtimes)("the viewer of a server with API keys on %s", (runtime) => {
  const open = sharedBrowser();
  const keys = join(folder, `${runtime}.jsonl`);
  const made = makeKey(keys);
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris", "--api-keys", keys]);

  it("asks for a key, and shows what the key may see", async () => {
    const { page, faults, close } = await open(`${server().url}/docs`, { expected: /401/ });
    const field = page.getByLabel("API key", { exact: true });
    await field.fill("wrong");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText("The server does not know the key").waitFor();
    await field.fill(await made);
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator('[data-path="/models/iris/predict"]').first().waitFor();
    expect(await page.locator('[data-path="/models/wine/predict"]').count()).toBe(0);
    expect(await page.content()).not.toContain("wine");
    expect(JSON.parse(await tryOut(page, "predictIris"))).toMatchObject({ prediction: "Iris-Setosa" });
    expect(faults).toEqual([]);
    await close();
  });
});

/** A key for iris alone. */
async function makeKey(file: string): Promise<string> {
  const running = startSetosa(["keys", "add", "reader", "--model", "iris", "--api-keys", file]);
  const [key = ""] = await running.waitFor(/setosa_[\w-]{40,}/);
  await running.ended();
  return key;
}
