import { describe, expect, it } from "vitest";
import { fuzzModels, goodModels } from "../../../test/fuzz/model-target.ts";
import { readModel } from "../registry.ts";

const models = goodModels();

describe("the ONNX reader", () => {
  it("gives a graph or a coded error for thousands of changed files, in bounded time", () => {
    const counts = fuzzModels(
      models,
      20_261_123,
      (executions) => executions < 6_000,
      () => performance.now(),
    );
    expect(counts.executions).toBe(6_000);
    // Changes that no file survives, or that every file survives, would test nothing.
    expect(counts.read).toBeGreaterThan(1_000);
    expect(counts.answered).toBeGreaterThan(500);
    for (const code of ["MODEL_FILE_INVALID", "MODEL_GRAPH_INVALID", "MODEL_SHAPE_INVALID", "OPERATOR_UNSUPPORTED"] as const)
      expect(counts.refused.get(code), code).toBeGreaterThan(10);
    expect(counts.slowest).toBeLessThan(2_000);
  });

  it("refuses every truncation of a model", () => {
    // A cut between two fields can leave a valid file behind; the graph comes last in what skl2onnx writes.
    const file = models.find(({ length }) => length > 300 && length < 800) ?? new Uint8Array();
    const outcomes = Array.from({ length: file.length }, (_, length) => {
      try {
        readModel(file.subarray(0, length));
        return "read";
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    });
    const known = ["read", "MODEL_FORMAT_UNKNOWN", "MODEL_FILE_INVALID", "MODEL_GRAPH_INVALID", "MODEL_SIGNATURE_INVALID"];
    expect(outcomes.filter((outcome) => !known.includes(outcome))).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === "MODEL_FILE_INVALID").length).toBeGreaterThan(file.length / 2);
  });
});
