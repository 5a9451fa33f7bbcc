import createClient from "openapi-fetch";
import type { components, paths } from "../generated/setosa.ts";

/** Asks a server by a client that knows its models from `/openapi.json`, and prints what it was told: `ask.ts URL`. */
const client = createClient<paths, "application/json">({ baseUrl: process.argv[2] ?? "" });

const row: components["schemas"]["IrisRow"] = {
  "sepal length (cm)": 6.3,
  "sepal width (cm)": 3.3,
  "petal length (cm)": 6.0,
  "petal width (cm)": 2.5,
};
const one = await client.POST("/models/iris/predict", { body: row });
if (one.data === undefined || !("prediction" in one.data)) throw new Error(JSON.stringify(one.error));
// The classes are the model's, and nothing else.
const label: "Iris-Setosa" | "Iris-Versicolor" | "Iris-Virginica" = one.data.prediction;
const probability: number | null = one.data.probabilities["Iris-Virginica"];

const many = await client.POST("/models/loans/predict", {
  body: [{ income: null, loan_amount: 1, age: 30, employment_years: 3, debt_ratio: 0.1, purpose: "car", home_ownership: null }],
});
if (many.data === undefined || !("predictions" in many.data)) throw new Error(JSON.stringify(many.error));

const { data: query } = await client.GET("/models/diabetes/predict", { headers: { accept: "application/json" } });
const value: number | null | undefined = query?.prediction;

// @ts-expect-error A row without its other features.
const wrong = await client.POST("/models/iris/predict", { body: { "sepal length (cm)": 6.3 } });
const code: components["schemas"]["Error"]["error"]["code"] | undefined = wrong.error?.error.code;
if (code !== "FEATURE_MISSING") throw new Error(`The error is ${JSON.stringify(wrong.error)}.`);

// @ts-expect-error A model that is not loaded.
await client.POST("/models/roses/predict", { body: row });

const { data: tensors } = await client.POST("/v2/models/{model}/infer", {
  params: { path: { model: "iris" } },
  body: { inputs: [{ name: "X", datatype: "FP32", shape: [1, 4], data: [5.1, 3.5, 1.4, 0.2] }] },
});

process.stdout.write(
  `${JSON.stringify({ label, probability, rows: many.data.predictions.length, value, code, model: tensors?.model_name })}\n`,
);
