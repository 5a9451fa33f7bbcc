import { describe, expect, it } from "vitest";
import type { ErrorBody } from "../../src/protocols/predict/messages.ts";
import { runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { sharedServer } from "./server.ts";

const names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const flower: Readonly<Record<string, unknown>> = {
  "sepal length (cm)": 5.1,
  "sepal width (cm)": 3.5,
  "petal length (cm)": 1.4,
  "petal width (cm)": 0.2,
};
const json = { "content-type": "application/json" };
const bytes = (...list: number[]) => Uint8Array.from(list);
const { "petal width (cm)": _, ...short } = flower;
const petalWidth = '["petal width (cm)"]';

interface Case {
  readonly what: string;
  readonly to?: string;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
  readonly path?: string;
  readonly says?: string;
}

const json400 = (what: string, body: unknown, code: string, path?: string, says?: string): Case => ({
  what,
  body,
  status: 400,
  code,
  ...(path === undefined ? {} : { path }),
  ...(says === undefined ? {} : { says }),
});

const cases: readonly Case[] = [
  // The body as JSON
  json400("no body", "", "BODY_EMPTY"),
  json400("a body that ends too early", '{"sepal length (cm)": 5.1', "JSON_INVALID", undefined, "position 25"),
  json400("a comma too many", '{"sepal length (cm)": 5.1,}', "JSON_INVALID", undefined, "position 26"),
  json400("NaN", '{"petal width (cm)": NaN}', "JSON_INVALID", undefined, "write null"),
  json400("Infinity", "[1,2,3,-Infinity]", "JSON_INVALID", undefined, "position 7"),
  json400("form fields", "sepal_length=5.1", "JSON_INVALID", undefined, "not form fields"),
  json400("single quotes", "{'a': 1}", "JSON_INVALID", undefined, "double quotes"),
  json400("a byte order mark", bytes(0xef, 0xbb, 0xbf, 0x5b, 0x5d), "JSON_INVALID", undefined, "byte order mark"),
  json400("UTF-16", bytes(0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00), "JSON_INVALID", undefined, "byte 0"),
  json400("a byte that is not UTF-8", bytes(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d), "JSON_INVALID", undefined, "byte 2"),
  json400("binary noise", bytes(...Array.from({ length: 256 }, (_value, index) => index)), "JSON_INVALID"),
  json400("100,000 open brackets", "[".repeat(100_000), "JSON_TOO_DEEP"),
  json400("100,000 nested objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "JSON_TOO_DEEP"),

  // Its shape
  json400("a number", 5, "BODY_SHAPE_INVALID", undefined, "sepal length (cm)"),
  json400("a string", '"5.1"', "BODY_SHAPE_INVALID"),
  json400("null", "null", "BODY_SHAPE_INVALID"),
  json400("an empty list", [], "ROWS_EMPTY"),
  json400("empty instances", { instances: [] }, "ROWS_EMPTY", "instances"),
  json400("instances that are no list", { instances: flower }, "BODY_SHAPE_INVALID", "instances"),
  json400("something beside instances", { instances: [flower], verbose: true }, "BODY_SHAPE_INVALID", '["verbose"]'),
  json400("a row that is a number", { instances: [flower, 5] }, "BODY_SHAPE_INVALID", "instances[1]"),
  json400("a row that is null", [flower, null], "BODY_SHAPE_INVALID", "[1]"),
  { what: "too many rows", body: Array.from({ length: 1001 }, () => [1, 2, 3, 4]), status: 413, code: "ROWS_TOO_MANY", says: "1001" },

  // Its features
  json400("no feature at all", {}, "FEATURE_MISSING", '["sepal length (cm)"]'),
  json400("a missing feature", short, "FEATURE_MISSING", petalWidth),
  json400("a mistyped feature", { ...short, "petal widht (cm)": 0.2 }, "FEATURE_MISSING", petalWidth, 'did you mean "petal width (cm)"'),
  json400(
    "one feature too many",
    { ...flower, "petal widht (cm)": 0.2 },
    "FEATURE_UNKNOWN",
    '["petal widht (cm)"]',
    'Did you mean "petal width (cm)"?',
  ),
  json400("a prototype's key", `{"__proto__": 1, ${JSON.stringify(flower).slice(1)}`, "FEATURE_UNKNOWN", '["__proto__"]'),
  json400("a constructor", { ...flower, constructor: 1 }, "FEATURE_UNKNOWN", '["constructor"]'),
  json400(
    "many features too many",
    { ...flower, ...Object.fromEntries(Array.from({ length: 5000 }, (_value, index) => [`f${index}`, 1])) },
    "FEATURE_UNKNOWN",
  ),
  json400("text for a number", { ...flower, "petal width (cm)": "wide" }, "FEATURE_TYPE_INVALID", petalWidth),
  json400("a number in quotes", { ...flower, "petal width (cm)": "0.2" }, "FEATURE_TYPE_INVALID", petalWidth, "without quotes"),
  json400('"NaN"', { ...flower, "petal width (cm)": "NaN" }, "FEATURE_TYPE_INVALID", petalWidth),
  json400("true for a number", { ...flower, "petal width (cm)": true }, "FEATURE_TYPE_INVALID", petalWidth),
  json400("an object for a number", { ...flower, "petal width (cm)": {} }, "FEATURE_TYPE_INVALID", petalWidth),
  json400("a list for a number", [5.1, 3.5, 1.4, [0.2]], "FEATURE_TYPE_INVALID", "[3]"),
  json400("null where nothing may be missing", { ...flower, "petal width (cm)": null }, "FEATURE_NULL", petalWidth),
  json400("1e400", JSON.stringify(flower).replace("0.2", "1e400"), "FEATURE_NOT_FINITE", petalWidth),
  json400("-1e400", "[5.1,3.5,1.4,-1e400]", "FEATURE_NOT_FINITE", "[3]"),
  json400("too few values", [5.1, 3.5, 1.4], "ROW_WIDTH_INVALID"),
  json400("too many values", [5.1, 3.5, 1.4, 0.2, 1], "ROW_WIDTH_INVALID"),
  json400("a wrong width in a list", [[5.1, 3.5, 1.4, 0.2], [5.1]], "ROW_WIDTH_INVALID", "[1]"),
  json400(
    "a wrong value in a list of lists",
    [
      [5.1, 3.5, 1.4, 0.2],
      [5.1, 3.5, "x", 0.2],
    ],
    "FEATURE_TYPE_INVALID",
    "[1][2]",
  ),
  json400(
    "a wrong value in a list of objects",
    [flower, flower, flower, { ...flower, "petal width (cm)": "x" }],
    "FEATURE_TYPE_INVALID",
    `[3]${petalWidth}`,
  ),
  json400(
    "a wrong value in instances",
    { instances: [flower, { ...flower, "petal width (cm)": "x" }] },
    "FEATURE_TYPE_INVALID",
    `instances[1]${petalWidth}`,
  ),
  json400("a lone surrogate as a name", `{"\\ud800": 1, ${JSON.stringify(flower).slice(1)}`, "FEATURE_UNKNOWN"),

  // The request around it
  {
    what: "curl's default content type",
    body: flower,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    status: 415,
    code: "CONTENT_TYPE_UNSUPPORTED",
    path: "Content-Type",
    says: "-H 'Content-Type: application/json'",
  },
  {
    what: "plain text",
    body: flower,
    headers: { "content-type": "text/plain" },
    status: 415,
    code: "CONTENT_TYPE_UNSUPPORTED",
    path: "Content-Type",
  },
  {
    what: "another character set",
    body: flower,
    headers: { "content-type": "application/json; charset=latin1" },
    status: 415,
    code: "CONTENT_TYPE_UNSUPPORTED",
    path: "Content-Type",
  },
  {
    what: "a body in a coding that is not read",
    body: flower,
    headers: { ...json, "content-encoding": "br" },
    status: 415,
    code: "CONTENT_TYPE_UNSUPPORTED",
    path: "Content-Encoding",
  },
  { what: "an unknown path", to: "/predictions", body: flower, status: 404, code: "ROUTE_NOT_FOUND", says: "/predict" },
  { what: "an unknown model", to: "/models/irsi/predict", body: flower, status: 404, code: "MODEL_NOT_FOUND", says: "iris" },
  {
    what: "an unknown version",
    to: "/models/iris/versions/9/predict",
    body: flower,
    status: 404,
    code: "MODEL_VERSION_NOT_FOUND",
    says: "1",
  },
  { what: "a prototype's key as a model", to: "/models/__proto__/predict", body: flower, status: 404, code: "MODEL_NOT_FOUND" },
  { what: "POST where there is only GET", to: "/models", body: flower, status: 405, code: "METHOD_NOT_ALLOWED", says: "GET" },
];

describe.each(runtimes)("bad input on %s", (runtime) => {
  const server = sharedServer(runtime, ["models", "--default", "iris", "--max-rows", "1000"]);

  const goodStill = async () => {
    const answer = await server().post("/predict", flower);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ prediction: "Iris-Setosa" });
  };

  it.each(cases)("$what: $code", async ({ to = "/predict", body, headers = json, status, code, path, says }) => {
    const answer = await server().post(to, body, headers);
    const { error } = (await answer.json()) as ErrorBody;
    expect({ status: answer.status, code: error.code, path: error.path }).toEqual({ status, code, path: path ?? error.path });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(error.hint).toBeTruthy();
    if (says !== undefined) expect(`${error.message} ${error.hint}`).toContain(says);
    expect(JSON.stringify(error).length).toBeLessThan(1500);
    await goodStill();
  });

  it.each(["PUT", "DELETE", "PATCH"])("%s: METHOD_NOT_ALLOWED with Allow", async (method) => {
    const answer = await fetch(`${server().url}/predict`, { method, body: JSON.stringify(flower), headers: json });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(((await answer.json()) as ErrorBody).error.code).toBe("METHOD_NOT_ALLOWED");
    await goodStill();
  });

  it.each([
    ["a missing feature", "sepal_length=5.1", "FEATURE_MISSING", '["sepal width (cm)"]'],
    ["an unknown feature", `${names.map((name) => `${encodeURIComponent(name)}=1`).join("&")}&colour=red`, "FEATURE_UNKNOWN", '["colour"]'],
    ["a feature twice", "sepal_length=1&sepal_length_cm=2", "FEATURE_REPEATED", '["sepal length (cm)"]'],
    ["text for a number", "sepal_length=long&sepal_width=1&petal_length=1&petal_width=1", "FEATURE_TYPE_INVALID", '["sepal length (cm)"]'],
    ["NaN", "sepal_length=NaN&sepal_width=1&petal_length=1&petal_width=1", "FEATURE_TYPE_INVALID", '["sepal length (cm)"]'],
    ["1e400", "sepal_length=1e400&sepal_width=1&petal_length=1&petal_width=1", "FEATURE_NOT_FINITE", '["sepal length (cm)"]'],
    ["an empty value", "sepal_length=&sepal_width=1&petal_length=1&petal_width=1", "FEATURE_NULL", '["sepal length (cm)"]'],
    ["broken escapes", "%zz=%", "FEATURE_MISSING", '["sepal length (cm)"]'],
  ])("a query with %s: %s", async (_what, query, code, path) => {
    const answer = await fetch(`${server().url}/predict?${query}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error).toMatchObject({ code, path });
    await goodStill();
  });

  it("a 100 MB body: BODY_TOO_LARGE, at once", async () => {
    const started = performance.now();
    const part = Buffer.alloc(1 << 20, " ");
    const head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    const declared = await sendRaw([`${head}Content-Length: 104857600\r\n\r\n`, part], { port: server().port, until: /hint/ });
    const chunked = [
      `${head}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 100 }, () => ["100000\r\n", part, "\r\n"]).flat(),
    ];
    const streamed = await sendRaw(chunked, { port: server().port, until: /hint/ });
    for (const answer of [declared, streamed]) {
      expect(answer.status).toBe(413);
      expect(answer.text).toContain("BODY_TOO_LARGE");
    }
    expect(performance.now() - started).toBeLessThan(4000);
    await goodStill();
  });

  it("1e300 where the model takes float32: FEATURE_NOT_FINITE", async () => {
    const { models } = (await (await fetch(`${server().url}/models`)).json()) as { models: { name: string }[] };
    const refused: string[] = [];
    for (const { name } of models) {
      const { example, features } = (await (await fetch(`${server().url}/models/${name}`)).json()) as {
        example: Record<string, unknown>;
        features: { name: string; dtype: string }[];
      };
      const feature = features.find(({ dtype }) => dtype === "float32");
      if (feature === undefined) continue;
      const answer = await server().post(`/models/${name}/predict`, { ...example, [feature.name]: 1e300 });
      expect(((await answer.json()) as ErrorBody).error).toMatchObject({
        code: "FEATURE_NOT_FINITE",
        path: `[${JSON.stringify(feature.name)}]`,
      });
      refused.push(name);
    }
    expect(refused.length).toBeGreaterThan(0);
  });

  it("bad requests among good ones disturb none of them", async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 200 },
        async (_value, index) => (await server().post("/predict", index % 2 === 0 ? flower : '{"broken"')).status,
      ),
    );
    expect(statuses).toEqual(Array.from({ length: 200 }, (_value, index) => (index % 2 === 0 ? 200 : 400)));
  });
});
