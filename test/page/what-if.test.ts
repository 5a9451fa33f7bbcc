import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

interface Predictions {
  readonly predictions: readonly { readonly prediction: string; readonly probabilities: Readonly<Record<string, number>> }[];
}

describe.each(runtimes)("What if on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("draws what the API answers over a feature's range, for each class, and where it is missing", async () => {
    const { page, close } = await open(`${server().url}/#/models/iris-forest/what-if`);
    await page.getByLabel("Feature", { exact: true }).selectOption("petal length (cm)");
    const picture = page.getByRole("img", { name: /over petal length \(cm\) from 1 to 6\.9/ });
    await picture.waitFor();
    const lines = await picture.locator("polyline").evaluateAll((all) => all.map((line) => line.getAttribute("points") ?? ""));
    const values = Array.from({ length: 121 }, (_, index) => (index === 120 ? 6.9 : 1 + ((6.9 - 1) * index) / 120));
    const rows = [...values, null].map((value) => [5.1, 3.5, value, 0.2]);
    const { predictions } = (await (await server().post("/models/iris-forest/predict", rows)).json()) as Predictions;
    const classes = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"];
    for (const [index, label] of classes.entries()) {
      const heights = (lines[index] ?? "").split(" ").map((point) => Number(point.split(",")[1]));
      // 0 lies at 240 and 1 at 12.
      expect(heights).toEqual(
        predictions.slice(0, 121).map(({ probabilities }) => Number((240 + (probabilities[label] ?? Number.NaN) * (12 - 240)).toFixed(1))),
      );
    }
    const missing = predictions[121];
    await page.getByText(`Where petal length (cm) is missing: ${missing?.prediction}, `).waitFor();
    await page.getByText("As a table").click();
    expect(await page.getByRole("rowheader").count()).toBe(26);
    await close();
  });

  it("has bars for categories, which take them over, and marks the current one", async () => {
    const { page, close } = await open(`${server().url}/#/models/loans/what-if`);
    await page.getByLabel("Feature", { exact: true }).selectOption("purpose");
    const bars = page.getByRole("list", { name: "What is predicted for each purpose" });
    await bars.waitFor();
    expect(await bars.getByRole("button").allTextContents()).toEqual(["car", "education", "home", "medical", "wedding", "missing"]);
    const car = bars.getByRole("button", { name: "car: take it over" });
    expect(await car.getAttribute("aria-pressed")).toBe("true");
    await bars.getByRole("button", { name: "wedding: take it over" }).click();
    await page.waitForFunction(() => document.querySelector(".choice-bar-current .choice-name")?.textContent === "wedding");
    expect(await car.getAttribute("aria-pressed")).toBe("false");
    const row = {
      income: 44383.15,
      loan_amount: 24341.57,
      age: 25,
      employment_years: 6.2,
      debt_ratio: 0.141,
      purpose: "wedding",
      home_ownership: "mortgage",
    };
    const { probabilities, prediction } = (await (
      await server().post("/models/loans/predict", row)
    ).json()) as Predictions["predictions"][number];
    const text = `${prediction} ${((probabilities[prediction] ?? 0) * 100).toFixed(1)} %`;
    await bars.getByRole("listitem").filter({ hasText: "wedding" }).getByText(text).waitFor();
    // The row is the same in Try it.
    await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Try it" }).click();
    await page.getByRole("heading", { name: "Try loans" }).waitFor();
    expect(await page.getByLabel("purpose", { exact: true }).inputValue()).toBe("wedding");
    await close();
  });

  it("follows the keyboard, and goes as far as the value that is typed", async () => {
    const { page, close } = await open(`${server().url}/#/models/iris/what-if`);
    const sweep = page.getByRole("region", { name: /^What if sepal length/ });
    await sweep.getByRole("slider").focus();
    const marker = page.locator(".curves-current");
    const before = Number(await marker.getAttribute("x1"));
    await page.keyboard.press("End");
    await page.waitForFunction((x) => Number(document.querySelector(".curves-current")?.getAttribute("x1")) > x, before);
    await sweep.getByLabel("sepal length (cm)", { exact: true }).fill("12");
    await page.getByRole("img", { name: /from 4\.3 to 12/ }).waitFor();
    await close();
  });

  it("draws the same curves with the kernel in the page, and asks the server for none of them", async () => {
    const { page, close } = await open(`${server().url}/#/models/iris-forest/what-if`);
    const curves = () => page.locator("polyline").evaluateAll((all) => all.map((line) => line.getAttribute("points") ?? ""));
    await page.locator("polyline").first().waitFor();
    const byServer = await curves();
    await page.getByRole("switch", { name: "In your browser" }).click();
    await page.getByText("The same answer, to the last bit").waitFor();
    expect(await curves()).toEqual(byServer);
    const bodies: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/predict")) bodies.push(request.postData() ?? "");
    });
    await page.getByLabel("Feature", { exact: true }).selectOption("petal width (cm)");
    await page.getByRole("img", { name: /over petal width/ }).waitFor();
    await page.getByLabel("petal length (cm)", { exact: true }).fill("4.5");
    await page.waitForFunction(() => document.querySelectorAll("polyline").length === 3);
    await page.getByText("The same answer, to the last bit").waitFor();
    // One row for the comparison, and no list.
    expect(bodies.filter((body) => body.startsWith("["))).toEqual([]);
    await close();
  });

  it.each([
    ["iris-forest", "light", "desktop", "petal width (cm)"],
    ["loans", "dark", "desktop", "purpose"],
    ["loans", "light", "phone", "purpose"],
    ["iris-forest", "dark", "phone", "petal width (cm)"],
  ] as const)("is accessible: %s, %s, on a %s", async (model, colorScheme, screen, feature) => {
    const { page, close } = await open(`${server().url}/#/models/${model}/what-if`, { colorScheme, screen });
    await page.getByLabel("Feature", { exact: true }).selectOption(feature);
    await page.getByText("As a table").click();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await close();
  });
});
