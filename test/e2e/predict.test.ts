import { describe, expect, it } from "vitest";
import { runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

const flower = { "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
const values = Object.values(flower);
const setosa = {
  prediction: "Iris-Setosa",
  probabilities: {
    "Iris-Setosa": expect.closeTo(0.98, 2),
    "Iris-Versicolor": expect.closeTo(0.02, 2),
    "Iris-Virginica": expect.closeTo(0, 3),
  },
};

describe.each(runtimes)("/predict on %s", (runtime) => {
  const server = sharedServer(runtime, ["models", "--default", "iris"]);

  it.each([
    ["an object of features", flower],
    ["the features in another order", Object.fromEntries(Object.entries(flower).reverse())],
    ["a list of values", values],
  ])("answers %s alone", async (_, body) => {
    const answer = await server().post("/predict", body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ model: "iris", version: "1", ...setosa });
  });

  it.each([
    ["a list of objects", [flower, flower]],
    ["a list of lists", [values, values]],
    ["instances", { instances: [flower, values] }],
  ])("answers %s as a list", async (_, body) => {
    expect(await (await server().post("/predict", body)).json()).toEqual({ model: "iris", version: "1", predictions: [setosa, setosa] });
  });

  it.each(["/models/iris/predict", "/models/iris/versions/1/predict", "/predict/", "/models/%69ris/predict"])(
    "answers at %s",
    async (path) => {
      expect(await (await server().post(path, flower)).json()).toMatchObject({ model: "iris", ...setosa });
    },
  );

  it.each([undefined, "application/json; charset=utf-8", "APPLICATION/JSON"])("reads content type %j", async (type) => {
    const body = new TextEncoder().encode(JSON.stringify(flower));
    const answer = await server().post("/predict", body, type === undefined ? {} : { "content-type": type });
    expect(answer.status).toBe(200);
  });

  it("predicts the example row as text, and as JSON where that is asked for", async () => {
    const text = await fetch(`${server().url}/predict`);
    expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await text.text()).toBe("Prediction: Iris-Setosa\n");
    const json = await fetch(`${server().url}/predict`, { headers: { accept: "application/json" } });
    expect(await json.json()).toEqual({ model: "iris", version: "1", ...setosa });
  });

  it("takes features from the query, by name or alias", async () => {
    for (const query of [
      "sepal_length=6.3&sepal_width=3.3&petal_length=6.0&petal_width=2.5",
      "sepal_length_cm=6.3&sepal%20width%20(cm)=3.3&petal+length+(cm)=6.0&petal-width=2.5",
    ])
      expect(await (await fetch(`${server().url}/predict?${query}`)).text()).toBe("Prediction: Iris-Virginica\n");
  });

  it("answers a regression with a number", async () => {
    const text = await (await fetch(`${server().url}/models/diabetes/predict`)).text();
    expect(text).toMatch(/^Prediction: \d+(\.\d+)?\n$/);
    const { example } = (await (await fetch(`${server().url}/models/diabetes`)).json()) as { example: object };
    const answer = (await (await server().post("/models/diabetes/predict", example)).json()) as { prediction: number };
    expect(answer).toEqual({ model: "diabetes", version: "1", prediction: Number(text.slice("Prediction: ".length)) });
  });

  it("takes null for a missing value where the model does, and ignores unknown categories where it does", async () => {
    const { example, features } = (await (await fetch(`${server().url}/models/loans`)).json()) as {
      example: Record<string, unknown>;
      features: { name: string; missing: boolean; dtype: string; unknown?: string }[];
    };
    const missing = features.find((feature) => feature.missing)?.name ?? "";
    const category = features.find((feature) => feature.unknown === "ignore")?.name ?? "";
    for (const change of [{ [missing]: null }, { [category]: "never seen" }, { [category]: "\ud800" }])
      expect((await server().post("/models/loans/predict", { ...example, ...change })).status).toBe(200);
  });

  it("lists models, and tells about each", async () => {
    const { models } = (await (await fetch(`${server().url}/models`)).json()) as { models: { name: string; default: boolean }[] };
    expect(models.map(({ name }) => name).sort()).toEqual(["breast-cancer", "diabetes", "digits", "iris", "iris-forest", "loans", "wine"]);
    expect(models.filter((model) => model.default).map(({ name }) => name)).toEqual(["iris"]);
    expect(await (await fetch(`${server().url}/models/iris`)).json()).toMatchObject({
      name: "iris",
      version: "1",
      versions: ["1"],
      engine: "compiled",
      parity: { rows: 20, passed: 20 },
      classes: ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"],
    });
    expect((await fetch(`${server().url}/models/iris/versions/1`)).status).toBe(200);
  });

  it("is live and ready, and lists its routes", async () => {
    expect(await (await fetch(`${server().url}/health/live`)).json()).toEqual({ status: "live" });
    expect(await (await fetch(`${server().url}/health/ready`)).json()).toEqual({ status: "ready" });
    expect(await (await fetch(`${server().url}/`)).text()).toContain("/models/wine/predict");
    const { routes } = (await (await fetch(`${server().url}/`, { headers: { accept: "application/json" } })).json()) as {
      routes: { path: string }[];
    };
    expect(routes.map(({ path }) => path)).toContain("/predict");
  });

  it("answers HEAD and OPTIONS", async () => {
    const head = await fetch(`${server().url}/predict`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBe("Prediction: Iris-Setosa\n".length);
    const options = await fetch(`${server().url}/predict`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  });

  it("keeps answers of many clients apart", async () => {
    const rows = Array.from({ length: 300 }, (_, index) => [4 + (index % 40) / 10, 3, 1 + (index % 60) / 10, (index % 25) / 10]);
    const alone = await Promise.all(
      rows.map(async (row) => ((await (await server().post("/predict", row)).json()) as { prediction: string }).prediction),
    );
    const together = (await (await server().post("/predict", rows)).json()) as { predictions: { prediction: string }[] };
    expect(together.predictions.map(({ prediction }) => prediction)).toEqual(alone);
    expect(new Set(alone).size).toBe(3);
  });
});
