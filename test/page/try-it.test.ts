import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

interface Prediction {
  readonly prediction: unknown;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** The server's answer as the page shows it. */
function shown(page: Page) {
  return page.getByRole("region", { name: "The server's answer" });
}

/** A probability as people read it. */
function percent(value = Number.NaN): string {
  const percents = value * 100;
  if (percents > 0 && percents < 0.1) return "<0.1 %";
  if (percents < 100 && percents > 99.9) return ">99.9 %";
  return `${percents.toFixed(1)} %`;
}

describe.each(runtimes)("Try it on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, `${root}test/fixtures/other-models/digits-cnn.onnx`, "--default", "iris"]);
  const ask = async (model: string, row: unknown) => (await (await server().post(`/models/${model}/predict`, row)).json()) as Prediction;

  /** Waits until the page shows what the API answers to this row. */
  async function shows(page: Page, model: string, row: unknown): Promise<void> {
    const { prediction, probabilities } = await ask(model, row);
    await shown(page)
      .getByRole("status")
      .filter({ hasText: new RegExp(`^${prediction}$`) })
      .waitFor();
    for (const [label, value] of Object.entries(probabilities)) {
      const bar = shown(page).getByRole("listitem").filter({ hasText: label });
      await bar.getByText(percent(value), { exact: true }).waitFor();
    }
  }

  it("begins with the example row, and predicts while a slider moves: one request at a time, the last one always", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/iris/try`);
    const row = { "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
    await shows(page, "iris", row);
    await page.evaluate(() => {
      const counted = { underWay: 0, most: 0, sent: 0 };
      const plain = globalThis.fetch;
      Object.assign(globalThis, {
        counted,
        fetch: async (...asked: Parameters<typeof fetch>) => {
          counted.sent++;
          counted.most = Math.max(counted.most, ++counted.underWay);
          return plain(...asked).finally(() => counted.underWay--);
        },
      });
    });
    await page.getByRole("slider", { name: "petal length (cm), slider" }).focus();
    for (let times = 0; times < 80; times++) await page.keyboard.press("ArrowRight");
    const typed = Number(await page.getByLabel("petal length (cm)", { exact: true }).inputValue());
    expect(typed).toBeGreaterThan(5);
    await shows(page, "iris", { ...row, "petal length (cm)": typed });
    const { most, sent } = await page.evaluate(() => (globalThis as unknown as { counted: { most: number; sent: number } }).counted);
    expect([most, sent > 0, sent <= 80]).toEqual([1, true, true]);
    await page.getByRole("button", { name: "Example row" }).click();
    await shows(page, "iris", row);
    expect(faults).toEqual([]);
    await close();
  });

  it("takes typed values beyond the training range, says so, and predicts; and says at the feature what is no value", async () => {
    const { page, close } = await open(`${server().url}/#/models/iris/try`);
    const field = page.getByLabel("petal width (cm)", { exact: true });
    await field.fill("40");
    await page.getByText("Outside the training range").waitFor();
    await shows(page, "iris", [5.1, 3.5, 1.4, 40]);
    await field.fill("wide");
    await page.getByText("This is not a number.").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    // What only the server knows, in its own words, at the feature that it names: more than a float32 holds.
    await field.fill("1e300");
    const note = page.locator(`[id="${await field.getAttribute("aria-describedby")}"]`);
    await note.filter({ hasText: "petal width (cm)" }).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await shown(page).getByText("FEATURE_NOT_FINITE").waitFor();
    await field.fill("0.2");
    await shows(page, "iris", [5.1, 3.5, 1.4, 0.2]);
    await close();
  });

  it("offers categories, others where the model takes them, and missing only where it may be", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/loans/try`);
    const row = {
      income: 44383.15,
      loan_amount: 24341.57,
      age: 25,
      employment_years: 6.2,
      debt_ratio: 0.141,
      purpose: "car",
      home_ownership: "mortgage",
    };
    await shows(page, "loans", row);
    const purpose = page.getByLabel("purpose", { exact: true });
    expect(await purpose.locator("option").allTextContents()).toEqual([
      "car",
      "education",
      "home",
      "medical",
      "wedding",
      "missing",
      "another…",
    ]);
    await purpose.selectOption("wedding");
    await shows(page, "loans", { ...row, purpose: "wedding" });
    await purpose.selectOption({ label: "missing" });
    await page.getByRole("checkbox", { name: "income is missing" }).check();
    await shows(page, "loans", { ...row, purpose: null, income: null });
    await purpose.selectOption({ label: "another…" });
    await page.getByLabel("purpose, another category").fill("boat");
    await page.getByText("Not among the categories of training").waitFor();
    await shows(page, "loans", { ...row, purpose: "boat", income: null });
    await page.goto(`${server().url}/#/models/iris/try`);
    await page.getByRole("heading", { name: "Try iris" }).waitFor();
    expect(await page.getByRole("checkbox", { name: /missing/ }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it("shows a regression's value, and finds a feature among many", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/diabetes/try`);
    const { example } = (await (await fetch(`${server().url}/models/diabetes`)).json()) as { example: object };
    const { prediction } = await ask("diabetes", example);
    await shown(page).getByText(String(prediction), { exact: true }).waitFor();
    await page.goto(`${server().url}/#/models/breast-cancer/try`);
    await page.getByRole("searchbox", { name: "Find a feature" }).fill("worst radius");
    await page.getByLabel("worst radius", { exact: true }).waitFor();
    expect(await page.getByRole("slider").count()).toBe(1);
    expect(faults).toEqual([]);
    await close();
  });

  it("takes JSON for a model of tensors, which has no features", async () => {
    const { page, close } = await open(`${server().url}/#/models/digits-cnn/try`);
    await page.getByRole("heading", { name: "Tensors in, tensors out" }).waitFor();
    const request = page.getByLabel("The request, as JSON");
    const text = await request.inputValue();
    await page.getByRole("button", { name: "Predict" }).click();
    const answer = page.getByRole("region", { name: "The answer" });
    await answer.waitFor();
    const expected = await (await server().post("/models/digits-cnn/predict", text)).json();
    expect(JSON.parse((await answer.textContent()) ?? "")).toEqual(expected);
    await request.fill('{"inputs": {}}');
    await page.getByRole("button", { name: "Predict" }).click();
    await page.getByRole("alert").filter({ hasText: "TENSOR_INVALID" }).waitFor();
    await close();
  });

  it("can be used by the keyboard alone", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/iris/try`);
    await page.getByRole("button", { name: "Example row" }).focus();
    const reached: string[] = [];
    for (let times = 0; times < 16; times++) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate(() => {
          const { activeElement } = document;
          return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent?.trim() ?? activeElement?.id ?? "";
        }),
      );
      if (reached.at(-1) === "sepal width (cm), slider") await page.keyboard.press("End");
      if ((await page.evaluate(() => document.activeElement?.getAttribute("role"))) === "switch") await page.keyboard.press("Space");
      if (reached.at(-1) === "curl") await page.keyboard.press("ArrowRight");
    }
    expect(reached.join()).toContain("The call in TypeScript");
    expect(await page.getByLabel("sepal width (cm)", { exact: true }).inputValue()).toBe("4.4");
    await page.getByText("The same answer, to the last bit").waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it.each([
    ["iris", "light", "desktop"],
    ["loans", "dark", "desktop"],
    ["loans", "light", "phone"],
    ["digits-cnn", "dark", "phone"],
  ] as const)("is accessible: %s, %s, on a %s", async (model, colorScheme, screen) => {
    const { page, faults, close } = await open(`${server().url}/#/models/${model}/try`, { colorScheme, screen });
    await page.getByRole("heading", { name: "The same call" }).waitFor();
    if (model !== "digits-cnn") {
      await page.getByRole("switch", { name: "In your browser" }).click();
      await page.getByText("The same answer, to the last bit").waitFor();
      await page.getByRole("button", { name: "Fill in an example" }).click();
      await page.getByRole("button", { name: "Score these rows" }).click();
      await page.getByRole("link", { name: /Download/ }).waitFor();
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });
});
