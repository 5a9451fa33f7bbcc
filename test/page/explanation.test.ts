import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { sharedBrowser } from "./browser.ts";

interface Explained {
  readonly base_values: Readonly<Record<string, number>>;
  readonly explanations: readonly { readonly contributions: Readonly<Record<string, Readonly<Record<string, number>>>> }[];
}

describe.each(runtimes)("what moved a prediction, on %s", (runtime) => {
  const open = sharedBrowser();
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);

  it("are the contributions that the API answers, by class, the largest first, and they follow the row", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/iris-forest/what-if`);
    const label = page.getByRole("region", { name: "What moved this prediction" }).getByLabel("Class");
    for (const [length, classes] of [
      [1.4, ["Iris-Setosa", "Iris-Virginica"]],
      [5.9, ["Iris-Versicolor", "Iris-Setosa"]],
    ] as const) {
      await page.getByRole("region", { name: "The row" }).getByLabel("petal length (cm)", { exact: true }).fill(String(length));
      const answer = (await (await server().post("/models/iris-forest/explain", [5.1, 3.5, length, 0.2])).json()) as Explained;
      for (const name of classes) {
        await label.selectOption(name);
        const contributions = Object.entries(answer.explanations[0]?.contributions[name] ?? {});
        const sorted = contributions.sort(([, one], [, other]) => Math.abs(other) - Math.abs(one));
        const expected = sorted.map(([feature, value]) => `${feature}${value < 0 ? "−" : "+"}${(Math.abs(value) * 100).toFixed(1)} %`);
        expect(expected.length).toBe(4);
        const list = page.getByRole("list", { name: `Contributions to ${name}` });
        await expect.poll(() => list.getByRole("listitem").allTextContents(), { timeout: 30_000 }).toEqual(expected);
      }
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it("is told in the server's words of a model that cannot be explained", async () => {
    const { page, faults, close } = await open(`${server().url}/#/models/loans/what-if`, { expected: /422/ });
    const { example } = (await (await fetch(`${server().url}/models/loans`)).json()) as { example: object };
    const { error } = (await (await server().post("/models/loans/explain", example)).json()) as { error: { message: string } };
    await page.getByRole("region", { name: "What moved this prediction" }).getByText(error.message).waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
