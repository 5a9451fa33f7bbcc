import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { sharedBrowser } from "./browser.ts";
import { type Features, randomRows, readText } from "./rows.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(runtimes)("CSV files in the page on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("of 100,000 rows are predicted with progress, and are what the API answers", async () => {
    const { features } = (await (await fetch(`${server().url}/models/iris-forest`)).json()) as Features;
    const names = features.map(({ name }) => name).join(",");
    const lines = randomRows({ features }, 100_000).map((row) => row.join(","));
    const file = join(folder, `rows-${runtime}.csv`);
    // In between a column of somebody's own, which holds what has to be quoted.
    writeFileSync(file, `note,${names}\n${lines.map((line, row) => `"row ""${row}"", mine",${line}`).join("\n")}\n`);
    const { page, faults, close } = await open(`${server().url}/#/models/iris-forest/try`);
    await page.evaluate(() => {
      const seen = new Set<number>();
      (globalThis as unknown as { seen: Set<number> }).seen = seen;
      new MutationObserver(() => {
        const bar = document.querySelector("progress");
        if (bar !== null) seen.add(bar.value / bar.max);
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await page.getByLabel("Drop a file here, or choose one").setInputFiles(file);
    await page.getByText(/^100,000 rows predicted in /).waitFor({ timeout: 150_000 });
    const seen = await page.evaluate(() => [...(globalThis as unknown as { seen: Set<number> }).seen]);
    expect(seen.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(3);
    await page.getByText("Not sent, since the model has no such features: note.").waitFor();
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: /Download/ }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(`rows-${runtime}-predictions.csv`);
    const written = readText(await download.path());
    const headers = { "content-type": "text/csv", accept: "text/csv" };
    const answer = await (await server().post("/models/iris-forest/predict", `${names}\n${lines.join("\n")}\n`, headers)).text();
    const [header = "", ...answers] = answer.trimEnd().split("\n");
    const expected = [`note,${names},${header}`, ...lines.map((line, row) => `"row ""${row}"", mine",${line},${answers[row]}`)];
    expect(written === `${expected.join("\n")}\n`).toBe(true);
    expect(faults).toEqual([]);
    await close();
  }, 180_000);

  it("are given up when somebody cancels", async () => {
    const { features } = (await (await fetch(`${server().url}/models/iris-forest`)).json()) as Features;
    const names = features.map(({ name }) => name).join(",");
    const file = join(folder, `long-${runtime}.csv`);
    writeFileSync(file, `${names}\n${"5.1,3.5,1.4,0.2\n".repeat(1_000_000)}`);
    const { page, faults, close } = await open(`${server().url}/#/models/iris-forest/try`);
    await page.getByLabel("Drop a file here, or choose one").setInputFiles(file);
    await page.getByText(/^[1-9][\d,]* rows of long-/).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    const said = await page.getByText(/^Cancelled after [\d,]+ rows\.$/).textContent();
    expect(Number(said?.replace(/\D/g, ""))).toBeLessThan(1_000_000);
    expect(await page.getByRole("link", { name: /Download/ }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it("are refused with the line and the column that are wrong", async () => {
    const { page, close } = await open(`${server().url}/#/models/loans/try`);
    await page.getByRole("button", { name: "Fill in an example" }).click();
    const rows = page.getByLabel("Or paste rows");
    const [header = "", line = ""] = (await rows.inputValue()).split("\n");
    await rows.fill([`id,${header}`, `1,${line}`, `2,${line}`, `3,${line.replace("25", "young")}`].join("\n"));
    await page.getByRole("button", { name: "Score these rows" }).click();
    const problem = page.getByRole("alert").filter({ hasText: "pasted.csv was not scored." });
    await problem.getByText('line 4, column 4 ("age")').first().waitFor();
    await rows.fill(`${header}\n${line}\n${line},7`);
    await page.getByRole("button", { name: "Score these rows" }).click();
    await problem.getByText("Line 3 has 8 fields, and the header has 7.").waitFor();
    await rows.fill(header.replace("income", "incomes"));
    await page.getByRole("button", { name: "Score these rows" }).click();
    await problem.getByText("The file has a header and no rows.").waitFor();
    await rows.fill(`${header.replace("income", "incomes")}\n${line}`);
    await page.getByRole("button", { name: "Score these rows" }).click();
    await problem
      .getByText(/income/)
      .first()
      .waitFor();
    await rows.fill(`${header}\n${line}`);
    await page.getByRole("button", { name: "Score these rows" }).click();
    await page.getByText(/^1 row predicted in /).waitFor();
    await close();
  });

  it("may be dropped", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/iris/try`);
    await page.getByText("Drop a file here").waitFor();
    const transfer = await page.evaluateHandle(() => {
      const files = new DataTransfer();
      files.items.add(
        new File(["petal width (cm),petal length (cm),sepal width (cm),sepal length (cm)\n0.2,1.4,3.5,5.1\n"], "dropped.csv"),
      );
      return files;
    });
    const area = page.getByText("Drop a file here");
    await area.dispatchEvent("dragover", { dataTransfer: transfer });
    await area.dispatchEvent("drop", { dataTransfer: transfer });
    await page.getByRole("link", { name: "Download dropped-predictions.csv" }).waitFor();
    expect(await page.getByRole("cell").allTextContents()).toContain("Iris-Setosa");
    expect(faults).toEqual([]);
    await close();
  });
});
