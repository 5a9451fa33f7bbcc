import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer, startServer, type TestServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";
import { ask } from "./traffic.ts";

describe.each(runtimes)("Models on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("has a card for each, with what it answers, on what, how it was checked and how much it is asked", async () => {
    await ask(server(), "wine", 3, [[13, 2, 2.3, 15, 100, 2.8, 3, 0.3, 1.9, 5.6, 1, 3, 1000]]);
    const { page, faults, close } = await open(`${server().url}/`);
    const cards = page.getByRole("main").getByRole("listitem");
    await expect.poll(() => cards.count()).toBe(7);
    // The default model comes first.
    await expect.poll(() => cards.first().innerText()).toContain("every operator has a kernel");
    const iris = await cards.first().innerText();
    for (const part of ["iris", "default", "version 1", "LogisticRegression", "4 features → Iris-Setosa", "compiled", "20 of 20 rows"])
      expect(iris).toContain(part);
    const wine = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "wine" }) });
    await expect.poll(() => wine.innerText(), { timeout: 20_000 }).toMatch(/Requests\s+3\s/);
    expect(await wine.innerText()).toMatch(/p50\s+[\d.]+ (µs|ms)/);
    expect(faults).toEqual([]);
    await close();
  });

  it("tells all of a model: facts, features with their ranges and categories, versions, history", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/loans`);
    await page.getByRole("heading", { name: "loans", level: 1 }).waitFor();
    const feature = (name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
    await feature("income").waitFor();
    expect(await feature("income").innerText()).toMatch(/float32\s+8727.91 to 160466\s+allowed\s+44383.15/);
    expect(await feature("purpose").innerText()).toContain("car, education, home, medical, wedding; others are taken as unknown");
    expect(await page.getByRole("region", { name: "About it" }).innerText()).toMatch(/Trained with\s+LogisticRegression, scikit-learn/);
    expect(await page.getByRole("region", { name: "Versions", exact: true }).first().innerText()).toContain("primary");
    expect(await page.getByRole("region", { name: "History" }).innerText()).toContain("Version 1: the server started.");
    expect(faults).toEqual([]);
    await close();
  });

  it("says what is not there", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/irs`, { expected: /status of 404/ });
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/No model is called "irs"[\s\S]*Did you mean "iris"\?[\s\S]*MODEL_NOT_FOUND/);
    await page.goto(`${server().url}/#/garden`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it.each([
    ["light", "desktop"],
    ["dark", "desktop"],
    ["light", "phone"],
    ["dark", "phone"],
  ] as const)("is accessible, %s, on a %s", async (colorScheme, screen) => {
    const { page, faults, close } = await open(`${server().url}/`, { colorScheme, screen });
    await page.getByText("every operator has a kernel").first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goto(`${server().url}/#/models/loans`);
    await page.getByRole("region", { name: "History" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });
});

describe.each(runtimes)("versions on %s", (runtime) => {
  const open = sharedBrowser();
  let folder = "";
  let server: TestServer;
  let operators = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "setosa-page-"));
    for (const version of ["1", "2"]) {
      mkdirSync(join(folder, "iris", version), { recursive: true });
      copyFileSync(join(root, "models", "iris.onnx"), join(folder, "iris", version, "model.onnx"));
    }
    writeFileSync(join(folder, "broken.onnx"), "no model");
    server = await startServer(runtime, [folder, "--versions", "all", "--admin-port", "0", "--poll-ms", "200"]);
    [, operators = ""] = await server.running.waitFor(/(?:Operators|operators).*?(http:\/\/\S+:\d+)/);
  });
  afterAll(async () => {
    await server.running.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const operate = (path: string, body?: unknown) =>
    fetch(`${operators}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) });

  it("are told with what each does, what changed and why, as it happens", async () => {
    const { page, faults, close } = await open(`${server.url}/#/models/iris`);
    const versions = page.getByRole("region", { name: "Versions", exact: true }).first();
    await expect.poll(() => versions.innerText()).toMatch(/2\s+primary/);
    expect((await operate("/models/iris/versions/1/canary", { percent: 20 })).status).toBe(200);
    await expect.poll(() => versions.innerText(), { timeout: 15_000 }).toContain("canary, 20 %");
    expect((await operate("/models/iris/versions/1/promote")).status).toBe(200);
    const history = page.getByRole("region", { name: "History" });
    await expect.poll(() => history.innerText(), { timeout: 15_000 }).toContain("Version 2 → 1: an operator chose it.");
    expect(await history.innerText()).toContain("canary 1 20 %");
    expect((await operate("/models/iris/versions/2/shadow")).status).toBe(200);
    await expect.poll(() => versions.innerText(), { timeout: 15_000 }).toMatch(/2\s+shadow/);
    await versions.getByRole("link", { name: "2" }).click();
    await page.getByRole("heading", { name: "iris 2", level: 1 }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it("that could not be loaded are told with the reason, and new ones come by themselves", async () => {
    const { page, faults, close } = await open(`${server.url}/`);
    const broken = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "broken" }) });
    await broken.waitFor();
    expect(await broken.innerText()).toMatch(/not served[\s\S]*MODEL_/);
    copyFileSync(join(root, "models", "wine.onnx"), join(folder, "wine.onnx"));
    await page.getByRole("heading", { name: "wine" }).waitFor({ timeout: 20_000 });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
