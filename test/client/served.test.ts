import { describe, expect, it } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";

describe.each(runtimes)("setosa/client and a server on %s", (runtime) => {
  const server = sharedServer(runtime, ["models"]);
  const row = { "sepal length (cm)": 6.3, "sepal width (cm)": 3.3, "petal length (cm)": 6.0, "petal width (cm)": 2.5 };

  it("predict, and list models", async () => {
    const client = createClient(server().url);
    expect(await client.predict("iris", row)).toMatchObject({ model: "iris", version: "1", prediction: "Iris-Virginica" });
    expect(await client.predict("iris", [5.1, 3.5, 1.4, 0.2], { version: "1" })).toMatchObject({ prediction: "Iris-Setosa" });
    const { predictions } = await client.predictMany("iris-forest", [row, [5.1, 3.5, 1.4, 0.2]]);
    expect(predictions.map(({ prediction }) => prediction)).toEqual(["Iris-Virginica", "Iris-Setosa"]);
    expect((await client.models()).map(({ name }) => name)).toContain("loans");
    expect(await client.model("iris")).toMatchObject({ name: "iris", task: "classification" });
  });

  it("says what the server says", async () => {
    const client = createClient(server().url);
    await expect(client.predict("iris", { ...row, "petal width (cm)": "2.5" })).rejects.toMatchObject({
      code: "FEATURE_TYPE_INVALID",
      path: '["petal width (cm)"]',
      hint: "Send 2.5 without quotes.",
      status: 400,
      attempts: 1,
    });
    await expect(client.predictMany("iris", [row, {}])).rejects.toMatchObject({
      code: "FEATURE_MISSING",
      path: expect.stringContaining("[1]"),
    });
    await expect(client.predict("irsi", row)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", status: 404 });
    await expect(client.predictMany("iris", [])).rejects.toMatchObject({ code: "ROWS_EMPTY" });
  });
});
