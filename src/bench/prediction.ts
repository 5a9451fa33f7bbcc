/** Where a target's answers hold the prediction. */
export interface AnswerForm {
  /** Dots between the steps: `outputs.0.data.0`. Where it is absent, the usual places are tried. */
  readonly path?: string;
  /** What the labels mean: `{"0": "Iris-Setosa"}`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where common model servers put it: Setosa, the Open Inference Protocol, and what people write by hand. */
const usualPlaces = ["prediction", "predictions", "outputs.0.data", "outputs", "output", "label", "class", "result"];

/**
 * What an answer says was predicted: a label, a number, or a list of them; the whole answer where no place is known.
 * A text such as `Prediction: Iris-Setosa` counts as what stands behind the colon.
 */
export function readPrediction(body: string, { path, labels = {} }: AnswerForm): unknown {
  const text = body.trim();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return named(text.replace(/^prediction:\s*/i, ""), labels);
  }
  const found = path === undefined ? usualPlaces.map((place) => at(value, place)).find((place) => place !== undefined) : at(value, path);
  return named(plain(path === undefined && found === undefined ? value : found), labels);
}

/** Equal labels; numbers within a hundred-thousandth, so that float32 and float64 servers agree. */
export function samePrediction(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return a === b || Math.abs(a - b) <= 1e-5 * Math.max(1e-6, Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => samePrediction(value, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && samePrediction(a[key], b[key]));
  }
  return a === b;
}

/** For people and reports, cut to one short line. */
export function describePrediction(prediction: unknown): string {
  const text = typeof prediction === "string" ? prediction : (JSON.stringify(prediction) ?? "nothing");
  const line = text.replace(/\p{Cc}+/gu, " ");
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

function at(value: unknown, path: string): unknown {
  let here = value;
  for (const step of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/** One row is not told from a list of one, and `{"prediction": …}` stands for what it names. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? plain(value[0]) : value.map(plain);
  if (isObject(value) && value.prediction !== undefined) return plain(value.prediction);
  return value;
}

function named(value: unknown, labels: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => named(one, labels));
  const key = String(value);
  return Object.hasOwn(labels, key) ? labels[key] : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
