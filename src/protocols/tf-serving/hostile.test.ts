import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { loadModel } from "../../models/load-model.ts";
import type { Model } from "../../models/model.ts";
import { httpStatus } from "../http-status.ts";
import { createHandlers, verbs } from "./handlers.ts";

const root = new URL("../../../", import.meta.url);
const paths = [
  "models/iris.onnx",
  "models/loans.onnx",
  "models/diabetes.onnx",
  "test/fixtures/deep/keras-two-inputs.onnx",
  "test/fixtures/deep/keras-lstm.onnx",
  "test/fixtures/deep/torch-iris.onnx",
  "test/fixtures/other-models/string-labels.onnx",
];
const models = await Promise.all(paths.map(async (path) => loadModel(await readFile(new URL(path, root)), { parity: false })));
const handlersOf = createHandlers({ jsonDepth: 32, rows: 50 });

/** Names that mean something to one of the models, or to objects. */
const names = [
  ...models.flatMap(({ signature, graph }) => [...signature.features.map(({ name }) => name), ...graph.inputs.map(({ name }) => name)]),
  "b64",
  "__proto__",
  "constructor",
  "length",
];
const scalar = fc.oneof(
  fc.double(),
  fc.float(),
  fc.integer(),
  fc.constantFrom(null, true, false, "", "car", "NaN", 1e39, -0),
  fc.string({ maxLength: 5 }),
  fc.record({ b64: fc.oneof(fc.base64String({ maxLength: 8 }), fc.string({ maxLength: 4 })) }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 6 }),
  object: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }),
}));
/** Rows that are right or nearly so. */
const rowOf = ({ signature: { features, example = [] } }: Model) =>
  fc.tuple(fc.nat(2 * features.length), value, fc.constantFrom("list", "object", "lists")).map(([at, odd, form]) => {
    const values = example.map((given, index) => (index === at ? odd : given));
    if (form === "list") return values;
    return Object.fromEntries(features.map(({ name }, index) => [name, form === "lists" ? [values[index]] : values[index]]));
  });
const bodyOf = (model: Model) => {
  const row = rowOf(model);
  const rows = fc.array(row, { minLength: 1, maxLength: 3 });
  const some = fc.array(fc.oneof(row, value), { maxLength: 5 });
  return fc.oneof(
    value,
    fc.record(
      {
        instances: fc.oneof(some, value),
        inputs: fc.oneof(row, value),
        examples: fc.oneof(some, value),
        context: fc.oneof(row, value),
        signature_name: fc.oneof(fc.constantFrom("outputs", "predict", "predict_proba", "serving_default", "__proto__"), value),
      },
      { requiredKeys: [] },
    ),
    fc.record({ instances: rows }),
    fc.record({ inputs: row }),
    fc.record({ examples: rows }),
  );
};
const request = fc
  .constantFrom(...models)
  .chain((model) => fc.record({ model: fc.constant(model), verb: fc.constantFrom(...verbs), body: bodyOf(model) }));
const python = (given: unknown): string =>
  JSON.stringify(given, (_, inner: unknown) => (typeof inner === "number" && !Number.isFinite(inner) ? `#${inner}#` : inner)).replace(
    /"#(-?(?:NaN|Infinity))#"/g,
    "$1",
  );

describe("whatever is sent", () => {
  it("is answered, or refused as the client's mistake", async () => {
    const seen = { answered: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(request, async ({ model, verb, body }) => {
        try {
          const { body: text } = await handlersOf(model)[verb](new TextEncoder().encode(python(body)));
          seen.answered++;
          expect(Object.keys(JSON.parse((text as string).replace(/-?\b(NaN|Infinity)\b/g, "0")) as object)).toHaveLength(1);
        } catch (error) {
          if (!(error instanceof SetosaError)) throw error;
          seen.refused++;
          expect([error.code, httpStatus[error.code] < 500]).toEqual([error.code, true]);
        }
      }),
      { numRuns: 6000 },
    );
    expect(seen.answered).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(100);
  });
});
