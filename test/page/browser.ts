import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

/** A page in the browser, and everything that it should not have done. */
export interface Tab {
  readonly page: Page;
  /** Errors in its console (the browser tells violations of the policy there), exceptions, and requests that left the server. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** How wide people's screens are; the narrow one is that of a small phone. */
export const screens = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } } as const;

export interface TabOptions extends Pick<BrowserContextOptions, "colorScheme" | "reducedMotion" | "ignoreHTTPSErrors"> {
  readonly screen?: keyof typeof screens;
  /** Faults that belong to what is tested: a server that has gone, a key that is missing. */
  readonly expected?: RegExp;
}

/** One browser for a file of tests. */
export function sharedBrowser(): (url: string, options?: TabOptions) => Promise<Tab> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());
  return (url, options) => {
    if (browser === undefined) throw new Error("the browser has not started");
    return openTab(browser, url, options);
  };
}

export async function openTab(browser: Browser, url: string, { screen = "desktop", expected, ...options }: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: screens[screen], locale: "en-GB", ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const note = (fault: string) => {
    if (expected?.test(fault) !== true) faults.push(fault);
  };
  page.on("pageerror", (error) => note(`exception: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(`${message.type()}: ${message.text()}`);
  });
  const { origin } = new URL(url);
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${origin}/`) && !asked.startsWith("data:") && !asked.startsWith("blob:")) note(`request to ${asked}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}
