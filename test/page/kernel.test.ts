import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer, startServer } from "../e2e/server.ts";
import { sharedBrowser } from "./browser.ts";
import { type Features, randomRows } from "./rows.ts";

describe.each(runtimes)("the kernel in the page on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it.each(["iris", "iris-forest", "wine", "diabetes"])("answers rows of %s as the server does, bit for bit", async (model) => {
    const { page, faults, close } = await open(`${server().url}/#/models/${model}/try`);
    await page.getByRole("switch", { name: "In your browser" }).click();
    await page.getByText("The same answer, to the last bit").waitFor();
    const sides = page.getByRole("region", { name: /The server's answer|This browser's answer/ });
    const [first = "", second = ""] = await sides.allInnerTexts();
    expect(first.replace("The server", "")).toBe(second.replace("This browser", ""));
    const features = (await (await fetch(`${server().url}/models/${model}`)).json()) as Features;
    const rows = randomRows(features, 500);
    const answer = (await (await server().post(`/models/${model}/predict`, rows)).json()) as { predictions: unknown };
    const here = await page.evaluate(
      // As a text: what compiles this file would put something of its own in the place of the import.
      `import("/models/${model}/versions/1/kernel.js").then(async ({ load }) => JSON.stringify((await load()).predictMany(${JSON.stringify(rows)})))`,
    );
    expect(JSON.parse(String(here))).toEqual(answer.predictions);
    expect(faults).toEqual([]);
    await close();
  });

  it("goes on when the server has gone", async () => {
    const own = await startServer(runtime, [`${root}models/iris.onnx`]);
    const { page, faults, close } = await open(`${own.url}/#/models/iris/try`, { expected: /ERR_|Failed to (load|fetch)/ });
    await page.getByRole("switch", { name: "In your browser" }).click();
    await page.getByText("The same answer, to the last bit").waitFor();
    const expected = (await (await own.post("/predict", [5.1, 3.5, 6, 2.5])).json()) as { prediction: string };
    await own.running.stop();
    await page.getByLabel("petal length (cm)", { exact: true }).fill("6");
    await page.getByLabel("petal width (cm)", { exact: true }).fill("2.5");
    const here = page.getByRole("region", { name: "This browser's answer" });
    await here.getByRole("status").filter({ hasText: expected.prediction }).waitFor();
    await page.getByText("There is no answer of the server's to compare with.").waitFor();
    await page.getByText("The server does not answer.").first().waitFor();
    // What if needs the server no more either.
    await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Models" }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it("is not there where the server does not hand it out, and the page says why", async () => {
    const own = await startServer(runtime, [`${root}models/iris.onnx`, "--share-kernels", "off"]);
    const { page, close } = await open(`${own.url}/#/models/iris/try`, { expected: /404/ });
    await page.getByRole("switch", { name: "In your browser" }).click();
    await page.getByText("This server does not hand out its models' kernels.").waitFor();
    await close();
    await own.running.stop();
  });
});
