import { createInterface } from "node:readline";
import { loadModel, type Prediction, type Row } from "../../src/index.ts";

/**
 * Answers rows with saved models, for programs in Python: reads lines `{"file", "rows"}` and writes for
 * each a line with the engine and the answers to all rows at once and, of a compiled model, one by one.
 */

interface Question {
  readonly file: string;
  readonly rows: readonly Row[];
}

interface Answer {
  readonly engine: string;
  readonly reason: string;
  readonly many: readonly Prediction[];
  readonly one?: readonly Prediction[];
}

async function answer({ file, rows }: Question): Promise<Answer> {
  const model = await loadModel(file);
  try {
    const { kind: engine, reason } = model.engine;
    const many = await model.predictManyAsync(rows);
    return model.answersInline ? { engine, reason, many, one: rows.map((row) => model.predict(row)) } : { engine, reason, many };
  } finally {
    await model.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answered = await answer(JSON.parse(line) as Question).catch((error: Error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answered)}\n`);
}
