import { readFileSync } from "node:fs";
import { root } from "../e2e/process.ts";

/** A request with what a right answer to it is. */
export interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | undefined;
  /** What is wrong with an answer; undefined for a right one. */
  check(status: number, body: unknown): string | undefined;
}

export const exampleModels = ["iris", "iris-forest", "wine", "breast-cancer", "diabetes", "digits", "loans"] as const;
/** Networks that onnxruntime runs, in threads. */
export const networks = ["torch-transformer", "keras-lstm"] as const;

interface Fixture {
  readonly rows: readonly (readonly unknown[])[];
  readonly labels?: readonly number[];
  readonly scores?: readonly (readonly number[])[];
}

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Predicted {
  readonly model?: string;
  readonly version?: string;
  readonly prediction?: unknown;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly scores?: Readonly<Record<string, number>>;
}

const read = <T>(path: string) => JSON.parse(readFileSync(`${root}test/fixtures/${path}`, "utf8")) as T;
const closeEnough = (expected: number, found: unknown, scale = Math.abs(expected)) =>
  typeof found === "number" && Math.abs(found - expected) <= Math.max(1e-6, 1e-5 * scale);

/** Rows of a model's data set, alone and in batches, with what scikit-learn answered to each. */
export function rowQuestions(name: string, classes: readonly unknown[] | undefined): (random: () => number) => Question {
  const { rows, labels, scores } = read<Fixture>(`models/${name}.json`);
  const wrong = (row: number, { prediction, probabilities, scores: found }: Predicted): string | undefined => {
    const expected = scores?.[row] ?? [];
    const label = labels?.[row];
    const values = classes === undefined ? [prediction] : classes.map((value) => (probabilities ?? found)?.[String(value)]);
    const same = label === undefined || prediction === classes?.[label];
    if (same && expected.length === values.length && expected.every((score, column) => closeEnough(score, values[column])))
      return undefined;
    return `${name}, row ${row}: ${JSON.stringify({ prediction, values, expected, label })}`;
  };
  return (random) => {
    const count = random() < 0.8 ? 1 : 1 + Math.floor(random() * 200);
    const from = Math.floor(random() * Math.max(1, rows.length - count));
    const chosen = rows.slice(from, from + count);
    return {
      method: "POST",
      path: `/models/${name}/predict`,
      body: JSON.stringify(count === 1 ? chosen[0] : chosen),
      check: (status, body) => {
        if (status !== 200) return `${name}: ${status} ${JSON.stringify(body).slice(0, 300)}`;
        if (count === 1) return wrong(from, body as Predicted);
        const { predictions } = body as { predictions: readonly Predicted[] };
        if (predictions.length !== chosen.length) return `${name}: ${predictions.length} answers to ${chosen.length} rows`;
        return predictions.map((predicted, row) => wrong(from + row, predicted)).find((fault) => fault !== undefined);
      },
    };
  };
}

/** Networks of tensors with what PyTorch and Keras answered. */
export function tensorQuestions(name: string, input: string, output: string): (random: () => number) => Question {
  const { inputs, outputs } = read<{ inputs: readonly Values[]; outputs: readonly Values[] }>(`deep/${name}.json`);
  const [given, expected] = [inputs[0] as Values, outputs[0] as Values];
  const width = given.data.length / (given.shape[0] ?? 1);
  const wide = expected.data.length / (expected.shape[0] ?? 1);
  const largest = Math.max(...expected.data.map(Math.abs));
  return (random) => {
    const row = Math.floor(random() * (given.shape[0] ?? 1));
    return {
      method: "POST",
      path: `/models/${name}/predict`,
      body: JSON.stringify({ inputs: { [input]: [given.data.slice(row * width, (row + 1) * width)] } }),
      check: (status, body) => {
        if (status !== 200) return `${name}: ${status} ${JSON.stringify(body).slice(0, 300)}`;
        const found = ((body as { outputs: Record<string, unknown> }).outputs[output] as unknown[]).flat(9);
        const values = expected.data.slice(row * wide, (row + 1) * wide);
        const right = found.length === wide && values.every((value, column) => closeEnough(value, found[column], largest));
        return right ? undefined : `${name}, row ${row}: ${JSON.stringify({ found, values })}`;
      },
    };
  };
}

/** Versions of the model that is replaced that answered something. */
export const versionsSeen = new Set<string>();

/** The model whose file is replaced: odd versions answer `left`, even ones `right`, and none of the others is ever served. */
export const swapped: Question = {
  method: "POST",
  path: "/models/swapped/predict",
  body: "[2,1]",
  check: (status, body) => {
    const { version, prediction } = body as Predicted;
    if (version !== undefined) versionsSeen.add(version);
    const expected = Number(version) % 2 === 1 ? "left" : "right";
    return status === 200 && prediction === expected ? undefined : `swapped: ${status} ${JSON.stringify(body).slice(0, 300)}`;
  },
};

const mistake = (path: string, body: string, status: number, code: string): Question => ({
  method: "POST",
  path,
  body,
  check: (found, answer) => {
    const error = (answer as { error?: { code?: string } }).error?.code;
    return found === status && error === code ? undefined : `${code} expected: ${found} ${JSON.stringify(answer).slice(0, 300)}`;
  },
});

/** What clients get wrong, and has to be told so. */
export const mistakes: readonly Question[] = [
  mistake("/predict", "{", 400, "JSON_INVALID"),
  mistake("/predict", `${"[".repeat(100)}${"]".repeat(100)}`, 400, "JSON_TOO_DEEP"),
  mistake("/models/iris/predict", "[1,2,3]", 400, "ROW_WIDTH_INVALID"),
  mistake("/models/iris/predict", '{"a":1}', 400, "FEATURE_MISSING"),
  mistake("/models/nobody/predict", "[1]", 404, "MODEL_NOT_FOUND"),
  mistake("/models/keras-lstm/predict", '{"inputs":[["x"]]}', 400, "TENSOR_INVALID"),
  mistake("/predict", `[${"1,".repeat(6_000_000)}1]`, 413, "BODY_TOO_LARGE"),
];
