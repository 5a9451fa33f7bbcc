import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PredictAnswers } from "../../src/protocols/predict/messages.ts";
import { root, runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

/** What scikit-learn answered for every row of a model's data set: made by case-study/models. */
interface Fixture {
  readonly rows: readonly (readonly unknown[])[];
  readonly labels?: readonly number[];
  readonly scores?: readonly (readonly number[])[];
}

const models = ["iris", "iris-forest", "wine", "breast-cancer", "diabetes", "digits", "loans"];
const chunk = 500;
const closeEnough = (expected: number, found: number) => Math.abs(found - expected) <= Math.max(1e-6, 1e-5 * Math.abs(expected));

describe.each(runtimes)("every example model, every row, over HTTP on %s", (runtime) => {
  const server = sharedServer(runtime, ["models"]);

  it.each(models)("%s answers as scikit-learn did", async (name) => {
    const fixture = JSON.parse(readFileSync(`${root}test/fixtures/models/${name}.json`, "utf8")) as Fixture;
    const { classes } = (await (await fetch(`${server().url}/models/${name}`)).json()) as { classes?: unknown[] };
    const answers: PredictAnswers["predictions"][number][] = [];
    for (let from = 0; from < fixture.rows.length; from += chunk) {
      const answer = await server().post(`/models/${name}/predict`, fixture.rows.slice(from, from + chunk));
      expect(answer.status).toBe(200);
      answers.push(...((await answer.json()) as PredictAnswers).predictions);
    }
    expect(answers).toHaveLength(fixture.rows.length);
    expect(answers.length).toBeGreaterThan(100);
    const wrong = answers.flatMap(({ prediction, probabilities, scores }, row) => {
      const label = fixture.labels?.[row];
      const expected = fixture.scores?.[row] ?? [];
      const found = classes === undefined ? [prediction] : classes.map((value) => (probabilities ?? scores)?.[String(value)]);
      const same = label === undefined || prediction === classes?.[label];
      const close = expected.every((score, column) => typeof found[column] === "number" && closeEnough(score, found[column]));
      return same && close && expected.length === found.length ? [] : [{ row, prediction, expected, found }];
    });
    expect(wrong).toEqual([]);
  });
});
