import { send } from "../send.ts";
import { type Asked, bare, byClass, classesOf, type Door, floats, type Said, type Way } from "./ways.ts";

const json = { "content-type": "application/json" };

export async function postJson(
  { port }: Door,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = json,
): Promise<unknown> {
  return JSON.parse(await post(port, path, typeof body === "string" ? body : JSON.stringify(body), headers));
}

async function post(port: number, path: string, body: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await send(port, { method: "POST", path, headers, body: Buffer.from(body) });
  const text = Buffer.from(answer.body).toString("utf8");
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text;
}

const namesOf = ({ model }: Asked) => model.signature.features.map(({ name }) => name);
const named = (asked: Asked) => asked.rows.map((row) => Object.fromEntries(namesOf(asked).map((name, index) => [name, row[index]])));
const columns = (asked: Asked) => Object.fromEntries(namesOf(asked).map((name, index) => [name, asked.rows.map((row) => row[index])]));

/** Predictions of /predict as it writes them. */
function saidByPredict({ model }: Asked, answer: unknown): Said {
  const { predictions } = answer as { predictions: { prediction: unknown; probabilities?: Record<string, unknown> }[] };
  const labels = predictions.map(({ prediction }) => prediction);
  if (classesOf(model).length === 0) return { labels: floats(labels) };
  return { labels, scores: predictions.map(({ probabilities = {} }) => byClass(model, probabilities)) };
}

const csvOf = (asked: Asked, header: boolean) =>
  [...(header ? [namesOf(asked)] : []), ...asked.rows.map((row) => row.map((value) => value ?? ""))]
    .map((line) => `${line.join(",")}\n`)
    .join("");

/** Lines of CSV: the label or the value first, where there is a label the scores after it. */
function saidByCsv({ model }: Asked, lines: readonly string[]): Said {
  const cells = lines.map((line) => line.split(","));
  const classes = classesOf(model);
  if (classes.length === 0) return { labels: floats(cells.map(([value]) => value)) };
  const labelOf = (text: string | undefined) => classes.find((name) => String(name) === text);
  return { labels: cells.map(([label]) => labelOf(label)), scores: cells.map((row) => floats(row.slice(1))) };
}

const linesOf = (text: string) => text.split(/\r?\n/).filter((line) => line !== "");

/** Labels, or values as float32, of `{"predictions": […]}`. */
function saidByList({ model }: Asked, answer: unknown): Said {
  const { predictions } = answer as { predictions: unknown[] };
  return { labels: classesOf(model).length === 0 ? floats(predictions) : predictions };
}

const scoresByList = (answer: unknown): Said => ({ scores: (answer as { predictions: unknown[][] }).predictions.map(floats) });
const isClassifier = ({ model }: Asked) => classesOf(model).length > 0;

const path = ({ model }: Asked) => `/models/${model.name}/predict`;
/** Numbers that JSON has no text for are tokens in it, as TensorFlow Serving and pandas write them. */
const withNaN = (value: unknown) => JSON.stringify(value, (_, part) => (part === null ? "\u0000" : part)).replaceAll('"\\u0000"', "NaN");

export const httpWays: readonly Way[] = [
  {
    name: "/predict, rows in order",
    ask: async (door, asked) => saidByPredict(asked, await postJson(door, path(asked), { instances: asked.rows })),
  },
  {
    name: "/predict, rows by name",
    ask: async (door, asked) => saidByPredict(asked, await postJson(door, path(asked), named(asked))),
  },
  {
    name: "/predict, CSV",
    ask: async ({ port }, asked) => {
      const text = await post(port, path(asked), csvOf(asked, true), { "content-type": "text/csv", accept: "text/csv" });
      return saidByCsv(asked, linesOf(text).slice(1));
    },
  },
  {
    name: "TensorFlow Serving, rows",
    ask: async (door, asked) => {
      const body = { signature_name: "outputs", instances: named(asked) };
      const { predictions } = (await postJson(door, `/v1/models/${asked.model.name}:predict`, body)) as { predictions: unknown[] };
      if (!isClassifier(asked)) return { labels: floats(predictions) };
      const rows = predictions as { label: unknown; probabilities: unknown[] }[];
      return { labels: rows.map(({ label }) => label), scores: rows.map(({ probabilities }) => floats(probabilities)) };
    },
  },
  {
    name: "TensorFlow Serving, columns",
    ask: async (door, asked) => {
      const { outputs } = (await postJson(door, `/v1/models/${asked.model.name}:predict`, { inputs: columns(asked) })) as {
        outputs: unknown[];
      };
      return { labels: isClassifier(asked) ? outputs : floats(outputs) };
    },
  },
  {
    name: "MLflow, a table",
    defaultOnly: true,
    ask: async (door, asked) => {
      const body = { dataframe_split: { columns: namesOf(asked), data: asked.rows } };
      return saidByList(asked, await postJson(door, "/invocations", withNaN(body)));
    },
  },
  {
    name: "MLflow, columns and scores",
    defaultOnly: true,
    ask: async (door, asked) => {
      if (!isClassifier(asked)) return saidByList(asked, await postJson(door, "/invocations", { inputs: columns(asked) }));
      return scoresByList(await postJson(door, "/invocations", { inputs: columns(asked), params: { predict_method: "predict_proba" } }));
    },
  },
];

export const sageMakerWays: readonly Way[] = [
  {
    name: "SageMaker, CSV",
    defaultOnly: true,
    ask: async ({ port }, asked) => {
      const headers = { "content-type": "text/csv", accept: "text/csv" };
      const attributes = isClassifier(asked) ? { "x-amzn-sagemaker-custom-attributes": "predict_method=predict_proba" } : {};
      const lines = linesOf(await post(port, "/invocations", csvOf(asked, false), { ...headers, ...attributes }));
      const values = lines.map((line) => floats(line.split(",")));
      return isClassifier(asked) ? { scores: values } : { labels: values.map(([value]) => value) };
    },
  },
  {
    name: "SageMaker, JSON",
    defaultOnly: true,
    ask: async (door, asked) => saidByList(asked, await postJson(door, "/invocations", { instances: asked.rows })),
  },
];

export const vertexWays: readonly Way[] = [
  {
    name: "Vertex AI",
    defaultOnly: true,
    ask: async (door, asked) => {
      const instances = asked.rows.map((row) => row.map(bare));
      const labels = saidByList(asked, await postJson(door, "/vertex/predict", { instances }));
      if (!isClassifier(asked)) return labels;
      const parameters = { predict_method: "predict_proba" };
      return { ...labels, ...scoresByList(await postJson(door, "/vertex/predict", { instances: named(asked), parameters })) };
    },
  },
];
