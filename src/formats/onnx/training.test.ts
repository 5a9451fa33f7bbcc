import { describe, expect, it } from "vitest";
import { classifier, classifierSignature, model, node } from "../../../test/onnx/tiny-models.ts";
import { SetosaError } from "../../errors.ts";
import { readModel } from "../registry.ts";

type Json = Record<string, unknown>;

const [a, b] = classifierSignature.features;
const signature = { ...classifierSignature, features: [a, { ...b, categories: [0, 1, 2], unknown: "ignore" }] };
const training = {
  format: 1,
  rows: 10,
  features: [
    { missing: 1, edges: [-0.5, 2], counts: [2, 3, 4] },
    { missing: 0, counts: [5, 0, 4], other: 1 },
  ],
  labels: [[7, 3]],
  score: { edges: [1], counts: [4, 6] },
};

function refusal(action: () => unknown): SetosaError {
  try {
    action();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("The metadata was accepted.");
}

const feature = (changes: Json, position = 0): Json => ({
  features: training.features.map((one, index) => (index === position ? { ...one, ...changes } : one)),
});

describe("setosa.training", () => {
  it("is read into the signature", () => {
    expect(readModel(classifier({ signature, training })).signature.training).toEqual({
      rows: 10,
      features: [
        { missing: 1, bins: { edges: [-0.5, 2], counts: [2, 3, 4] } },
        { missing: 0, categories: [5, 0, 4], other: 1 },
      ],
      labels: [[7, 3]],
      score: { edges: [1], counts: [4, 6] },
    });
  });

  it("may be absent, may leave out what was not counted, and hold what is newer", () => {
    expect(readModel(classifier({ signature })).signature.training).toBeUndefined();
    const little = { format: 1, rows: 0, features: [{ missing: 0 }, { missing: 2, soon: [] }], soon: true };
    expect(readModel(classifier({ signature, training: little })).signature.training).toEqual({
      rows: 0,
      features: [{ missing: 0 }, { missing: 2 }],
    });
  });

  it("of a regression has bins by target, without any where no value was finite", () => {
    const file = (values: unknown) =>
      readModel(
        model({
          inputs: [{ name: "X", dtype: "float32", shape: ["n", 2] }],
          outputs: [{ name: "y", dtype: "float32", shape: ["n", 2] }],
          nodes: [node("Abs", ["X"], ["y"])],
          metadata: {
            "setosa.signature": JSON.stringify({ ...signature, task: { kind: "regression", targets: ["u", "v"], value: "y" } }),
            "setosa.training": JSON.stringify({ format: 1, rows: 3, features: training.features, values }),
          },
        }),
      );
    expect(file([{ edges: [1, 2], counts: [1, 1, 1] }, {}]).signature.training?.values).toEqual([
      { edges: [1, 2], counts: [1, 1, 1] },
      { edges: [], counts: [0] },
    ]);
    expect(refusal(() => file([{ edges: [], counts: [3] }])).path).toBe("setosa.training.values");
  });

  it.each([
    ["another format", { format: 2 }, "format"],
    ["no number of rows", { rows: undefined }, "rows"],
    ["a negative number of rows", { rows: -1 }, "rows"],
    ["no features", { features: undefined }, "features"],
    ["a feature too few", { features: training.features.slice(1) }, "features"],
    ["a feature that is null", { features: [null, training.features[1]] }, "features[0]"],
    ["a share for a count", feature({ missing: 0.5 }), "features[0].missing"],
    ["counts without edges", feature({ edges: undefined }), "features[0].edges"],
    ["edges that fall", feature({ edges: [2, -0.5] }), "features[0].edges"],
    ["equal edges", feature({ edges: [2, 2] }), "features[0].edges"],
    ["an edge that is no number", feature({ edges: [1, "2"] }), "features[0].edges[1]"],
    ["an edge that is null", feature({ edges: [null, 2] }), "features[0].edges[0]"],
    ["as many counts as edges", feature({ counts: [1, 2] }), "features[0].counts"],
    ["a negative count", feature({ counts: [1, -2, 3] }), "features[0].counts[1]"],
    ["a count that is not exact", feature({ counts: [1, 2 ** 60, 3] }), "features[0].counts[1]"],
    [
      "more bins than anybody needs",
      feature({ edges: Array.from({ length: 256 }, (_, i) => i), counts: new Array(257).fill(0) }),
      "features[0].edges",
    ],
    ["fewer counts than categories", feature({ counts: [5, 4] }, 1), "features[1].counts"],
    ["other that is a list", feature({ other: [1] }, 1), "features[1].other"],
    ["labels of another number", { labels: [[7, 3], [1]] }, "labels[1]"],
    ["no labels of a list of them", { labels: [] }, "labels"],
    ["a class too many", { labels: [[7, 2, 1]] }, "labels[0]"],
    ["a score without counts", { score: { edges: [1] } }, "score.counts"],
    ["values of a classifier", { values: [] }, "values"],
  ])("is refused with %s", (_, changes, path) => {
    const { code, path: where, hint } = refusal(() => readModel(classifier({ signature, training: { ...training, ...changes } })));
    expect([code, where, hint]).toEqual(["MODEL_SIGNATURE_INVALID", `setosa.training.${path}`, expect.any(String)]);
  });

  it("is refused where it is no JSON, or none that could be counted in", () => {
    for (const text of ["{", "[]", "null", '{"format":1,"rows":1e999}']) {
      const file = model({
        inputs: [{ name: "X", dtype: "float32", shape: ["n", 2] }],
        outputs: [{ name: "y", dtype: "float32", shape: ["n", 2] }],
        nodes: [node("Abs", ["X"], ["y"])],
        metadata: {
          "setosa.signature": JSON.stringify({ ...signature, task: { kind: "regression", targets: ["u", "v"], value: "y" } }),
          "setosa.training": text,
        },
      });
      expect(refusal(() => readModel(file)).code).toBe("MODEL_SIGNATURE_INVALID");
    }
  });
});
