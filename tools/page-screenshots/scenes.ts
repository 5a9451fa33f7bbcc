import type { Page } from "playwright-core";

/** One picture of the page, in each of the looks. */
export interface Scene {
  /** Its file's name begins with it. */
  readonly name: string;
  /** What stands behind the server's address. */
  readonly place: string;
  /** Resolves when there is to be seen what the picture is for. */
  readonly ready: (page: Page) => Promise<unknown>;
}

export const scenes: readonly Scene[] = [
  { name: "models", place: "#/models", ready: (page) => page.getByText("every operator has a kernel").nth(5).waitFor() },
  { name: "model", place: "#/models/iris", ready: (page) => page.getByRole("region", { name: "History" }).waitFor() },
  {
    name: "live",
    place: "#/live",
    ready: (page) =>
      page
        .getByRole("region", { name: /^By model/ })
        .first()
        .waitFor(),
  },
  {
    name: "live-model",
    place: "#/models/iris-forest/live",
    ready: (page) => page.getByRole("rowheader", { name: "sepal length (cm)" }).waitFor(),
  },
  {
    name: "try",
    place: "#/models/iris/try",
    ready: async (page) => {
      await page.getByLabel("petal length (cm)", { exact: true }).fill("4.6");
      await page.getByLabel("petal width (cm)", { exact: true }).fill("1.4");
      await page.getByRole("switch", { name: "In your browser" }).click();
      await page.getByText("The same answer, to the last bit").waitFor();
    },
  },
  {
    name: "try-categories",
    place: "#/models/loans/try",
    ready: async (page) => {
      await page.getByLabel("age", { exact: true }).fill("85");
      await page.getByRole("checkbox", { name: "employment_years is missing" }).check();
      await page.getByText("Outside the training range").waitFor();
    },
  },
  {
    name: "what-if",
    place: "#/models/iris-forest/what-if",
    ready: async (page) => {
      await page.getByLabel("Feature", { exact: true }).selectOption("petal width (cm)");
      const sweep = page.getByRole("region", { name: /^What if petal width/ });
      await sweep.getByLabel("petal width (cm)", { exact: true }).fill("1.4");
      await page.getByRole("list", { name: /^Contributions to/ }).waitFor();
    },
  },
  {
    name: "what-if-categories",
    place: "#/models/loans/what-if",
    ready: async (page) => {
      await page.getByLabel("Feature", { exact: true }).selectOption("purpose");
      await page.getByRole("list", { name: /^What is predicted for each purpose/ }).waitFor();
    },
  },
];

/** How wide, how high, and in which colours. */
export const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1200, height: 820 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1200, height: 820 } },
  { name: "phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
] as const;
