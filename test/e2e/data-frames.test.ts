import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { runtimes } from "./process.ts";
import { sharedServer, type TestServer } from "./server.ts";

interface FeatureInfo {
  readonly name: string;
  readonly dtype: string;
  readonly missing: boolean;
  readonly categories?: readonly (string | number | boolean)[];
  readonly min?: number;
  readonly max?: number;
}
type Value = string | number | boolean | null;

/** Any value that a feature may have. */
function anyValue({ dtype, missing, categories, min = -1e3, max = 1e3 }: FeatureInfo): fc.Arbitrary<Value> {
  const value: fc.Arbitrary<Value> =
    categories !== undefined && categories.length > 0
      ? fc.constantFrom(...categories)
      : dtype === "int64"
        ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
        : fc.oneof(fc.double({ min, max, noNaN: true }), fc.float({ noNaN: true, noDefaultInfinity: true }));
  return missing ? fc.option(value, { freq: 4 }) : value;
}

function csvField(value: Value): string {
  if (typeof value === "string") return `"${value.replaceAll('"', '""')}"`;
  return value === null ? "" : Object.is(value, -0) ? "-0.0" : String(value);
}
const csvText = (rows: readonly (readonly Value[])[]) => rows.map((row) => row.map(csvField).join(",")).join("\n");

describe.each(runtimes)("data frames on %s", (runtime) => {
  describe.each(["loans", "diabetes"])("of %s", (name) => {
    const mlflow = sharedServer(runtime, ["models", "--default", name]);
    const sagemaker = sharedServer(runtime, ["models", "--default", name, "--platform", "sagemaker"]);
    let features: readonly FeatureInfo[] = [];
    let probabilities = false;
    beforeAll(async () => {
      const about = (await (await fetch(`${mlflow().url}/models/${name}`)).json()) as { features: FeatureInfo[]; task: string };
      features = about.features;
      probabilities = about.task === "classification";
    });

    const textOf = async (server: TestServer, body: unknown, headers?: Record<string, string>) => {
      const answer = await server.post("/invocations", typeof body === "string" ? body : JSON.stringify(body), headers);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(text);
      return text;
    };

    it("are answered alike in every form, to the last digit", async () => {
      const names = features.map((feature) => feature.name);
      const rows = fc.array(fc.tuple(...features.map(anyValue)), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(rows, fc.boolean(), async (data, scored) => {
          const params = scored && probabilities ? { predict_method: "predict_proba" } : {};
          const records = data.map((row) => Object.fromEntries(names.map((column, index) => [column, row[index] as Value])));
          const back = { columns: names.toReversed(), data: data.map((row) => row.toReversed()) };
          const expected = await textOf(mlflow(), { dataframe_split: { columns: names, data }, params });
          const others = [
            { dataframe_split: back },
            { dataframe_records: records },
            { instances: data },
            { instances: records },
            { inputs: Object.fromEntries(names.map((column, index) => [column, data.map((row) => row[index] as Value)])) },
          ];
          for (const body of others) expect(await textOf(mlflow(), { ...body, params })).toBe(expected);
          const compact = expected.replaceAll(/([:,]) /g, "$1");
          for (const body of others) expect(await textOf(sagemaker(), { ...body, params })).toBe(compact);
          if (params.predict_method === undefined)
            expect(await textOf(mlflow(), csvText([names, ...data]), { "content-type": "text/csv" })).toBe(expected);
          const attributes = params.predict_method === undefined ? "" : "predict_method=predict_proba";
          const headers = { "content-type": "text/csv", "x-amzn-sagemaker-custom-attributes": attributes };
          expect(await textOf(sagemaker(), csvText(data), headers)).toBe(compact);
          expect(await textOf(sagemaker(), csvText([back.columns, ...back.data]), headers)).toBe(compact);
          const lines = await textOf(sagemaker(), csvText(data), { ...headers, accept: "text/csv" });
          const { predictions } = JSON.parse(compact) as { predictions: Value[][] };
          expect(lines).toBe(`${predictions.map((values) => (Array.isArray(values) ? values.join(",") : String(values))).join("\n")}\n`);
        }),
        { numRuns: 25, seed: 6 },
      );
    });
  });
});
