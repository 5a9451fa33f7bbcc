import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes, start } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { sharedBrowser } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-calls-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs what the page shows, as somebody does who has copied it, and gives what it prints. */
const runners: Readonly<Record<string, (text: string) => Promise<string>>> = {
  curl: (text) => printed("sh", ["-c", text.replace("curl ", "curl -s ")]),
  Python: (text) => printed("python3", ["-c", text]),
  TypeScript: (text) => {
    // As setosa/client is found where the package is installed.
    const file = join(folder, "call.mts");
    writeFileSync(file, text.replace('"setosa/client"', JSON.stringify(pathToFileURL(join(root, "src/client/index.ts")).href)));
    return printed(process.execPath, ["--import", "tsx", file]);
  },
  Go: (text) => {
    const file = join(folder, "main.go");
    writeFileSync(file, text);
    return printed("go", ["run", file]);
  },
};

async function printed(command: string, args: readonly string[]): Promise<string> {
  const running = start(command, args);
  expect([await running.ended(), running.errors()]).toEqual([0, ""]);
  return running.output();
}

describe.each(runtimes)("the calls that the page shows, on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("answer what the page shows", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/loans/try`);
    await page.getByLabel("purpose", { exact: true }).selectOption({ label: "another…" });
    // Everything that a shell, a string of Python and one of Go could stumble over.
    await page.getByLabel("purpose, another category").fill('it\'s "odd" $HOME `pwd` \\n ç\u{1F600}');
    await page.getByRole("checkbox", { name: "income is missing" }).check();
    const row = {
      income: null,
      loan_amount: 24341.57,
      age: 25,
      employment_years: 6.2,
      debt_ratio: 0.141,
      purpose: "other",
      home_ownership: "mortgage",
    };
    const { prediction } = (await (await server().post("/models/loans/predict", row)).json()) as { prediction: string };
    await page.getByRole("region", { name: "The server's answer" }).getByRole("status").filter({ hasText: prediction }).waitFor();
    for (const [language, run] of Object.entries(runners)) {
      // Compiling Go's standard library once is enough.
      if (language === "Go" && runtime === "node") continue;
      await page.getByRole("tab", { name: language }).click();
      const text = (await page.getByRole("region", { name: `The call in ${language}` }).textContent()) ?? "";
      expect([language, await run(text)]).toEqual([language, expect.stringContaining(prediction)]);
    }
    expect(faults).toEqual([]);
    await close();
  }, 240_000);

  it("are copied to the clipboard", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/iris/try`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the call in curl" }).click();
    await page.getByText("Copied.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(execFileSync("sh", ["-c", copied.replace("curl ", "curl -s ")], { encoding: "utf8" }))).toMatchObject({
      model: "iris",
    });
    expect(faults).toEqual([]);
    await close();
  });
});
