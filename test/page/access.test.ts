import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashKey } from "../../src/server/access/api-key.ts";
import { makeCertificate } from "../e2e/certificate.ts";
import { root, runtimes, startSetosa } from "../e2e/process.ts";
import { startServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

let folder = "";
let keys = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-page-"));
  keys = join(folder, "keys.jsonl");
  writeFileSync(keys, `${JSON.stringify({ id: "ann", sha256: hashKey("ann's key").toString("hex") })}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = `${root}models/iris.onnx`;

describe.each(runtimes)("the page on %s", (runtime) => {
  const open = sharedBrowser();

  it("asks for a key where the server wants one, keeps it in the tab, and forgets it with the tab", async () => {
    const server = await startServer(runtime, [model, "--api-keys", keys]);
    expect((await fetch(`${server.url}/`, { headers: { accept: "text/html" } })).status).toBe(200);
    expect((await fetch(`${server.url}/`)).status).toBe(401);
    const { page, faults, close } = await open(`${server.url}/#/live`, { expected: /status of 401/ });
    const field = page.getByLabel("API key", { exact: true });
    await field.waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await field.fill("somebody's key");
    await page.keyboard.press("Enter");
    await page.getByText("does not know the key").waitFor();
    await field.fill("ann's key");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByRole("figure", { name: "Memory" }).waitFor();
    expect(await field.count()).toBe(0);
    await page.reload();
    await page.getByRole("figure", { name: "Memory" }).waitFor();
    // sessionStorage belongs to the tab.
    const other = await page.context().newPage();
    await other.goto(`${server.url}/`);
    await other.getByLabel("API key", { exact: true }).waitFor();
    expect(await page.evaluate("localStorage.length + document.cookie.length")).toBe(0);
    expect(faults).toEqual([]);
    await close();
    expect(await server.running.stop()).toBe(0);
  });

  it("says that the server has gone, and goes on when it is back", async () => {
    const server = await startServer(runtime, [model]);
    const { page, faults, close } = await open(`${server.url}/#/live`, { expected: /net::ERR_/ });
    await page.getByRole("figure", { name: "Memory" }).waitFor();
    expect(await server.running.stop()).toBe(0);
    await page.getByText("The server does not answer.").waitFor({ timeout: 20_000 });
    expect(await accessibilityProblems(page)).toEqual([]);
    const again = startSetosa(["serve", model, `${root}models/wine.onnx`, "--port", String(server.port), "--runtime", runtime]);
    await again.waitFor(/Listening on/);
    await page.getByText("The server does not answer.").waitFor({ state: "detached", timeout: 20_000 });
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByRole("heading", { name: "wine" }).waitFor();
    expect(faults).toEqual([]);
    await close();
    expect(await again.stop()).toBe(0);
  });

  it("works over TLS, and with several workers", async () => {
    const { cert, key } = makeCertificate(folder, runtime);
    const running = startSetosa([
      "serve",
      model,
      "--port",
      "0",
      "--runtime",
      runtime,
      "--workers",
      "2",
      "--tls-cert",
      cert,
      "--tls-key",
      key,
    ]);
    const [, port] = await running.waitFor(/Listening on https:\/\/localhost:(\d+)/);
    const { page, faults, close } = await open(`https://localhost:${port}/`, { ignoreHTTPSErrors: true });
    await page.getByText("4 features → Iris-Setosa").waitFor();
    await page.getByRole("link", { name: "Live" }).click();
    await expect.poll(() => page.getByRole("figure", { name: "Memory" }).innerText(), { timeout: 30_000 }).toMatch(/MB/);
    await page.goto(`https://localhost:${port}/#/models/iris`);
    await page.getByText("Version 1: the server started.").waitFor();
    expect(faults).toEqual([]);
    await close();
    expect(await running.stop()).toBe(0);
  });

  it("changes its theme, and remembers it", async () => {
    const server = await startServer(runtime, [model]);
    const { page, faults, close } = await open(`${server.url}/`, { colorScheme: "light" });
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.getByRole("button", { name: "Theme: as the system. Change to light." }).click();
    expect(await ground()).toBe(light);
    await page.getByRole("button", { name: "Theme: light. Change to dark." }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole("button", { name: /Theme: dark/ }).waitFor();
    expect(await ground()).toBe(dark);
    expect(faults).toEqual([]);
    await close();
    expect(await server.running.stop()).toBe(0);
  });
});
