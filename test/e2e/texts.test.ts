import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { root, runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

interface Recorded {
  readonly rows: (string | number)[][];
  readonly predictions: (string | number)[];
}

interface Answer {
  readonly predictions: readonly { readonly prediction: unknown }[];
}

describe.each(runtimes)("models that read texts, over HTTP on %s", (runtime) => {
  const server = sharedServer(runtime, ["test/fixtures/texts", "--default", "tfidf"]);

  it.each(["tfidf", "bigrams", "counts", "mixed"])("%s answers as scikit-learn did", async (name) => {
    const { rows, predictions } = JSON.parse(readFileSync(`${root}test/fixtures/texts/${name}.json`, "utf8")) as Recorded;
    const answer = await server().post(`/models/${name}/predict`, rows);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as Answer).predictions.map(({ prediction }) => prediction)).toEqual(predictions);
  });

  it("answers a text by its name, compiled", async () => {
    const answer = await server().post("/predict", { text: "The iris data set has three classes of flowers." });
    expect(await answer.json()).toMatchObject({ model: "tfidf", prediction: "iris" });
    const description = await (await fetch(`${server().url}/models/tfidf`)).json();
    expect(description).toMatchObject({ engine: "compiled", features: [{ name: "text", dtype: "string" }] });
  });

  it("says what is wrong with one that is none", async () => {
    const answer = await server().post("/predict", { text: 5 });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "FEATURE_TYPE_INVALID" } });
  });
});
