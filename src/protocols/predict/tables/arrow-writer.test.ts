import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Signature } from "../../../graph/signature.ts";
import type { Answers } from "../../../models/answers.ts";
import { arrowWriter } from "./arrow-writer.ts";

const task = (classes: readonly (string | number | boolean)[]): Signature => ({
  features: [],
  task: { kind: "classification", classes, labels: classes.map(String), label: "label", scores: "scores", scoreKind: "probability" },
});

function write(signature: Signature, parts: readonly (readonly [Answers, boolean])[]): Buffer {
  const writer = arrowWriter(signature, true);
  const pieces = [...writer.opening(), ...parts.flatMap(([answers, ends]) => writer.add(answers, ends)), ...writer.closing()];
  return Buffer.concat(pieces.map((piece) => piece.data() as Uint8Array));
}

const answers = (labels: readonly number[], width: number): Answers => ({
  rows: labels.length,
  width,
  labels: Int32Array.from(labels),
  scores: Float32Array.from({ length: labels.length * width }, (_, index) => index / 8),
});

describe("arrowWriter", () => {
  // The file is read by test/fixtures/arrow/make.py, which writes down what pyarrow finds in it.
  it("writes what pyarrow reads", () => {
    const bytes = write(task(["Köln", "Bonn", ""]), [
      [answers([2, 0, 1], 3), false],
      [answers([0, 0, 2, 1], 3), true],
      [answers([1], 3), true],
    ]);
    expect(bytes).toEqual(readFileSync(new URL("../../../../test/fixtures/arrow/answer.arrow", import.meta.url)));
  });

  it.each([
    ["booleans", [false, true], "answer-bool"],
    ["whole numbers", [-1, 1], "answer-int64"],
    ["numbers", [0.5, 1], "answer-float64"],
  ] as const)("writes classes that are %s as such", (_, classes, file) => {
    const bytes = write(task(classes), [[answers([1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1], 2), true]]);
    expect(bytes).toEqual(readFileSync(new URL(`../../../../test/fixtures/arrow/${file}.arrow`, import.meta.url)));
  });
});
