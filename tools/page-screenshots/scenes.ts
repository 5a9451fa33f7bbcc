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
];

/** How wide, how high, and in which colours. */
export const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1200, height: 820 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1200, height: 820 } },
  { name: "phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
] as const;
