import { describe, expect, it } from "vitest";
import { runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

const columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const data = [
  [5.1, 3.5, 1.4, 0.2],
  [6.3, 3.3, 6.0, 2.5],
];
const records = data.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])));
const labels = { predictions: ["Iris-Setosa", "Iris-Virginica"] };
const csvType = { "content-type": "text/csv" };

describe.each(runtimes)("MLflow's scoring server on %s", (runtime) => {
  const server = sharedServer(runtime, ["models", "--default", "iris"]);
  const invoke = (body: unknown, headers?: Record<string, string>) => server().post("/invocations", body, headers);

  it.each([
    ["dataframe_split", { dataframe_split: { columns, data, index: [0, 1] } }],
    [
      "dataframe_split in another order, with more",
      { dataframe_split: { columns: ["y", ...columns.toReversed()], data: data.map((row) => [1, ...row.toReversed()]) } },
    ],
    ["dataframe_split without names", { dataframe_split: { columns: [0, 1, 2, 3], data } }],
    ["dataframe_records", { dataframe_records: records.map((record) => ({ index: 1, ...record })) }],
    ["instances of lists", { instances: data }],
    ["instances of objects", { instances: records }],
    ["inputs by column", { inputs: Object.fromEntries(columns.map((name, index) => [name, data.map((row) => row[index])])) }],
    ["inputs as rows", { inputs: data, params: { temperature: 1 } }],
  ])("answers %s with labels", async (_, body) => {
    const answer = await invoke(body);
    expect(await answer.json()).toEqual(labels);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  it.each(["text/csv", "text/csv; charset=utf-8", "TEXT/CSV;charset=UTF-8"])("answers %s with labels", async (type) => {
    const csv = `,${columns.join(",")}\n${data.map((row, index) => `${index},${row.join(",")}`).join("\n")}\n`;
    expect(await (await invoke(csv, { "content-type": type })).json()).toEqual(labels);
  });

  it("answers probabilities where the parameters ask for them", async () => {
    const answer = await invoke({ instances: data, params: { predict_method: "predict_proba" } });
    const { predictions } = (await (await server().post("/predict", data)).json()) as { predictions: { probabilities: object }[] };
    expect(await answer.json()).toEqual({ predictions: predictions.map(({ probabilities }) => Object.values(probabilities)) });
    expect(await (await invoke({ instances: data, params: { predict_method: "score" } })).json()).toMatchObject({
      error_code: "BAD_REQUEST",
      code: "ARGUMENT_INVALID",
      path: 'params["predict_method"]',
      hint: "It has predict, predict_proba.",
    });
  });

  it.each([
    ["no form", {}],
    ["two forms", { instances: data, inputs: data }],
    ["a list", data],
    ["a chat", { messages: [] }],
    ["a split without data", { dataframe_split: { columns } }],
    ["a split with a column too little", { dataframe_split: { columns: columns.slice(1), data: data.map((row) => row.slice(1)) } }],
    ["a split with a short row", { dataframe_split: { columns: columns.toReversed(), data: [[1, 2, 3]] } }],
    ["records that are none", { dataframe_records: { a: 1 } }],
    ["no rows", { instances: [] }],
    ["columns of two lengths", { inputs: { ...Object.fromEntries(columns.map((name) => [name, [1, 2]])), [columns[2] as string]: [1] } }],
    ["parameters that are none", { instances: data, params: [] }],
    ["what is no JSON", "{instances"],
  ])("refuses %s in MLflow's form", async (_, body) => {
    const answer = await invoke(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error_code: "BAD_REQUEST", message: expect.any(String), code: expect.any(String) });
  });

  it("names the feature whose value is wrong, whatever the order of the columns", async () => {
    const wrong = {
      dataframe_split: {
        columns: columns.toReversed(),
        data: [
          [1, 2, 3, 4],
          [1, "x", 3, 4],
        ],
      },
    };
    expect(await (await invoke(wrong)).json()).toMatchObject({
      code: "FEATURE_TYPE_INVALID",
      path: 'dataframe_split["data"][1]["petal length (cm)"]',
    });
    const byColumn = Object.fromEntries(columns.toReversed().map((name) => [name, [1, null]]));
    expect(await (await invoke({ inputs: byColumn })).json()).toMatchObject({
      code: "FEATURE_NULL",
      path: 'inputs[1]["sepal length (cm)"]',
    });
    const many = Array.from({ length: 20_000 }, () => [1, 2, 3, "x"]);
    expect(await (await invoke({ dataframe_split: { columns: columns.toReversed(), data: many } })).json()).toMatchObject({
      path: 'dataframe_split["data"][0]["sepal length (cm)"]',
    });
  });

  it("names the feature that is mistyped", async () => {
    const body = { dataframe_split: { columns: columns.with(3, "petal widht (cm)"), data } };
    expect(await (await invoke(body)).json()).toMatchObject({
      code: "FEATURE_MISSING",
      path: 'dataframe_split["columns"]',
      hint: 'There is "petal widht (cm)": did you mean "petal width (cm)"?',
    });
    const records = data.map(([a, b, c, d]) => ({
      [columns[0] as string]: a,
      [columns[1] as string]: b,
      [columns[2] as string]: c,
      "petal widht (cm)": d,
    }));
    expect(await (await invoke({ dataframe_records: records })).json()).toMatchObject({
      code: "FEATURE_MISSING",
      path: 'dataframe_records[0]["petal width (cm)"]',
    });
  });

  it.each([
    ["application/x-www-form-urlencoded", "only supports"],
    ["application/json; format=pandas-split", "Unrecognized content type parameters: format"],
    ["application/json; charset=latin-1", "only supports UTF-8"],
    ["application/vnd.apache.parquet", "only supports"],
  ])("refuses the content type %s as plain text", async (type, message) => {
    const answer = await invoke("{}", { "content-type": type });
    expect(answer.status).toBe(415);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await answer.text()).toContain(message);
  });

  it("refuses CSV where it is wrong", async () => {
    const answer = await invoke(`${columns.join(",")}\n1,2,x,4\n`, csvType);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "FEATURE_TYPE_INVALID", path: 'line 2, column 3 ("petal length (cm)")' });
  });

  it("writes what the transport finds wrong in MLflow's form, too", async () => {
    const answer = await invoke(new Uint8Array(11 << 20), csvType);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error_code: "BAD_REQUEST", code: "BODY_TOO_LARGE" });
  });

  it("says that it is there, and which MLflow it follows", async () => {
    for (const path of ["/ping", "/health", "/ping/"]) {
      const answer = await fetch(`${server().url}${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe("\n");
    }
    expect(await (await fetch(`${server().url}/version`)).text()).toMatch(/^3\.\d+\.\d+$/);
    expect(await (await fetch(`${server().url}/health/ready`)).json()).toEqual({ status: "ready" });
  });

  it("answers many rows as it answers few", async () => {
    const many = Array.from({ length: 4000 }, (_, index) => data[index % 2] as number[]);
    const expected = { predictions: many.map((_, index) => labels.predictions[index % 2]) };
    const split = { dataframe_split: { columns, data: many } };
    const csv = [columns, ...many].map((row) => row.join(",")).join("\r\n");
    expect(await (await invoke(split)).json()).toEqual(expected);
    expect(await (await invoke(csv, csvType)).json()).toEqual(expected);
    expect(await (await invoke({ instances: many })).json()).toEqual(expected);
  });
});
