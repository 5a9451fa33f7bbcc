import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../docs/blocks.ts";
import { startServer } from "../e2e/server.ts";

/** From Python to an answer over HTTP, trained afresh. Needs the environment that .ci/run makes. */

const { FRESH_MODELS, FRESH_FIXTURES, PYTHON } = process.env;

function needed(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`${name} is not set: run these tests through .ci/run.`);
  return value;
}

interface Fixture {
  readonly rows: readonly unknown[];
  readonly labels?: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

interface Answer {
  readonly predictions: readonly { readonly prediction: unknown; readonly probabilities?: Readonly<Record<string, number>> }[];
}

describe("models trained afresh", () => {
  it("answer over HTTP as scikit-learn did a moment ago", async () => {
    const server = await startServer("bun", [needed(FRESH_MODELS, "FRESH_MODELS")]);
    try {
      const { models } = (await (await fetch(`${server.url}/models`)).json()) as { models: { name: string; classes?: unknown[] }[] };
      expect(models).toHaveLength(7);
      for (const { name, classes } of models) {
        const { rows, labels, scores } = JSON.parse(
          readFileSync(join(needed(FRESH_FIXTURES, "FRESH_FIXTURES"), `${name}.json`), "utf8"),
        ) as Fixture;
        const { predictions } = (await (await server.post(`/models/${name}/predict`, rows)).json()) as Answer;
        expect(predictions).toHaveLength(rows.length);
        predictions.forEach(({ prediction, probabilities }, row) => {
          if (labels !== undefined) expect(prediction, `${name} ${row}`).toEqual(classes?.[labels[row] ?? -1]);
          const found =
            probabilities === undefined ? [Number(prediction)] : classes?.map((label) => probabilities[String(label)] ?? Number.NaN);
          scores[row]?.forEach((score, column) =>
            expect(Math.abs((found?.[column] ?? Number.NaN) - score), `${name} ${row}`).toBeLessThanOrEqual(
              Math.max(1e-6, 1e-5 * Math.abs(score)),
            ),
          );
        });
      }
    } finally {
      await server.running.stop();
    }
  });
});

describe.each(["README.md", "python/README.md"])("the Python of %s", (file) => {
  it("saves a model that serves", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-python-"));
    const program = blocksOf(file).find(({ language }) => language === "python")?.text ?? "";
    execFileSync(needed(PYTHON, "PYTHON"), ["-c", program], { cwd: folder });
    const server = await startServer("bun", [join(folder, "iris.onnx")]);
    try {
      expect(await (await fetch(`${server.url}/predict`)).text()).toBe("Prediction: Iris-Setosa\n");
    } finally {
      await server.running.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
