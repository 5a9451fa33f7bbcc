import { ArrowReader } from "../../../src/protocols/predict/arrow/reader.ts";
import { type OutputColumn, writeBatch, writeEnd, writeSchema } from "../../../src/protocols/predict/arrow/writer.ts";
import { decode, encode } from "../../../test/conformance/protocols/proto-wire.ts";

/** What is asked: rows of a model whose inputs are one table of float32. */
export interface Asked {
  readonly model: string;
  readonly features: readonly string[];
  /** The graph's input. */
  readonly input: string;
  readonly classes: readonly unknown[];
  readonly rows: readonly (readonly number[])[];
}

export type Platform = "none" | "sagemaker" | "vertex";

/** One way to ask for the same predictions. */
export interface Way {
  readonly name: string;
  /** Of the server that it asks. */
  readonly platform: Platform;
  readonly transport: "http" | "gRPC";
  /** 16 by default: each connection has one request at a time. gRPC's clients put all calls on one. */
  readonly connections?: number;
  /** Of one row only. */
  readonly single?: boolean;
  request(asked: Asked): { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array };
  /** The label of each row that an answer's body holds. */
  labels(body: Buffer, headers: ReadonlyMap<string, string>, asked: Asked): readonly unknown[];
}

const text = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const json = { "content-type": "application/json" };
const arrow = "application/vnd.apache.arrow.stream";
const named = ({ features, rows }: Asked) => rows.map((row) => Object.fromEntries(features.map((name, index) => [name, row[index]])));
const columns = ({ features, rows }: Asked) => Object.fromEntries(features.map((name, index) => [name, rows.map((row) => row[index])]));
const csv = ({ features, rows }: Asked, header: boolean) =>
  text([...(header ? [features] : []), ...rows].map((row) => `${row.join(",")}\n`).join(""));
const floats = ({ rows }: Asked) => new Uint8Array(Float32Array.from(rows.flat()).buffer);
const parsed = (body: Buffer) => JSON.parse(body.toString()) as Record<string, unknown>;
const lines = (body: Buffer) => body.toString().trim().split(/\r?\n/);
const byPosition = ({ classes }: Asked, positions: Iterable<number | bigint>) =>
  Array.from(positions, (position) => classes[Number(position)]);
const wide = (bytes: Uint8Array) => new BigInt64Array(new Uint8Array(bytes).buffer);
const tensor = ({ input, features, rows }: Asked) => ({ name: input, datatype: "FP32", shape: [rows.length, features.length] });
const predictPath = ({ model }: Asked) => `/models/${model}/predict`;
const predictions = (body: Buffer): readonly unknown[] => parsed(body).predictions as readonly unknown[];

export const base = "/predict, JSON";

const grpc = {
  platform: "none",
  transport: "gRPC",
  request: (asked: Asked) => ({
    path: "/inference.GRPCInferenceService/ModelInfer",
    headers: {},
    body: encode("InferRequest", {
      model_name: asked.model,
      inputs: [tensor(asked)],
      raw_input_contents: [Buffer.from(floats(asked)).toString("hex")],
    } as never),
  }),
  labels: (body: Buffer, _: ReadonlyMap<string, string>, asked: Asked) => {
    const { raw_output_contents: [labels = ""] = [] } = decode("InferResponse", body) as { raw_output_contents?: string[] };
    return byPosition(asked, wide(Buffer.from(labels, "hex")));
  },
} as const;

export const ways: readonly Way[] = [
  {
    name: base,
    platform: "none",
    transport: "http",
    request: (asked) => {
      const rows = named(asked);
      return { path: predictPath(asked), headers: json, body: text(rows.length === 1 ? rows[0] : rows) };
    },
    labels: (body) => {
      const answer = parsed(body) as { prediction?: unknown; predictions?: { prediction: unknown }[] };
      return answer.predictions?.map(({ prediction }) => prediction) ?? [answer.prediction];
    },
  },
  {
    name: "/predict, query",
    platform: "none",
    transport: "http",
    single: true,
    request: (asked) => {
      const query = asked.features.map((name, index) => `${encodeURIComponent(name)}=${asked.rows[0]?.[index]}`).join("&");
      return { path: `${predictPath(asked)}?${query}`, headers: { accept: "application/json" } };
    },
    labels: (body) => [parsed(body).prediction],
  },
  {
    name: "/predict, CSV",
    platform: "none",
    transport: "http",
    request: (asked) => ({ path: predictPath(asked), headers: { "content-type": "text/csv", accept: "text/csv" }, body: csv(asked, true) }),
    labels: (body) =>
      lines(body)
        .slice(1)
        .map((line) => line.split(",")[0]),
  },
  {
    name: "/predict, Arrow",
    platform: "none",
    transport: "http",
    request: (asked) => {
      const table = asked.features.map((name): OutputColumn => ({ name, type: "float32" }));
      const bytes = asked.features.map((_, index) => [
        new Uint8Array(Float32Array.from(asked.rows, (row) => row[index] ?? Number.NaN).buffer),
      ]);
      const body = Buffer.concat([...writeSchema(table), ...writeBatch(asked.rows.length, table, bytes), writeEnd()]);
      return { path: predictPath(asked), headers: { "content-type": arrow, accept: arrow }, body };
    },
    labels: (body, _, { classes }) => {
      const names = ["prediction", ...classes.map((label) => `probabilities.${String(label)}`)];
      const reader = new ArrowReader(names.map((name, column) => ({ name, input: "answer", column, dtype: "float32", missing: true })));
      reader.add(body);
      const found: unknown[] = [];
      for (let batch = reader.next(); batch !== undefined; batch = reader.next())
        for (let row = 0; row < batch.rows; row++) found.push(batch.columns[0]?.at(row));
      return found;
    },
  },
  {
    name: "Open Inference, JSON",
    platform: "none",
    transport: "http",
    request: (asked) => ({
      path: `/v2/models/${asked.model}/infer`,
      headers: json,
      body: text({ inputs: [{ ...tensor(asked), data: asked.rows.flat() }] }),
    }),
    labels: (body, _, asked) => byPosition(asked, (parsed(body) as { outputs: { data: number[] }[] }).outputs[0]?.data ?? []),
  },
  {
    name: "Open Inference, bytes",
    platform: "none",
    transport: "http",
    request: (asked) => {
      const bytes = floats(asked);
      const head = text({
        inputs: [{ ...tensor(asked), parameters: { binary_data_size: bytes.length } }],
        parameters: { binary_data_output: true },
      });
      return {
        path: `/v2/models/${asked.model}/infer`,
        headers: { "inference-header-content-length": String(head.length) },
        body: Buffer.concat([head, bytes]),
      };
    },
    labels: (body, headers, asked) => {
      const from = Number(headers.get("inference-header-content-length"));
      return byPosition(asked, wide(body.subarray(from, from + 8 * asked.rows.length)));
    },
  },
  { ...grpc, name: "gRPC, 16 connections" },
  { ...grpc, name: "gRPC, one connection", connections: 1 },
  {
    name: "TensorFlow Serving, rows",
    platform: "none",
    transport: "http",
    request: (asked) => ({ path: `/v1/models/${asked.model}:predict`, headers: json, body: text({ instances: named(asked) }) }),
    labels: predictions,
  },
  {
    name: "TensorFlow Serving, columns",
    platform: "none",
    transport: "http",
    request: (asked) => ({ path: `/v1/models/${asked.model}:predict`, headers: json, body: text({ inputs: columns(asked) }) }),
    labels: (body) => parsed(body).outputs as readonly unknown[],
  },
  {
    name: "MLflow, split",
    platform: "none",
    transport: "http",
    request: ({ features, rows }) => ({
      path: "/invocations",
      headers: json,
      body: text({ dataframe_split: { columns: features, data: rows } }),
    }),
    labels: predictions,
  },
  {
    name: "MLflow, records",
    platform: "none",
    transport: "http",
    request: (asked) => ({ path: "/invocations", headers: json, body: text({ dataframe_records: named(asked) }) }),
    labels: predictions,
  },
  {
    name: "SageMaker, CSV",
    platform: "sagemaker",
    transport: "http",
    request: (asked) => ({ path: "/invocations", headers: { "content-type": "text/csv", accept: "text/csv" }, body: csv(asked, false) }),
    labels: (body) => lines(body).map((line) => line.split(",")[0]),
  },
  {
    name: "SageMaker, JSON",
    platform: "sagemaker",
    transport: "http",
    request: ({ rows }) => ({ path: "/invocations", headers: json, body: text({ instances: rows }) }),
    labels: predictions,
  },
  {
    name: "Vertex AI",
    platform: "vertex",
    transport: "http",
    request: ({ rows }) => ({ path: "/vertex/predict", headers: json, body: text({ instances: rows }) }),
    labels: predictions,
  },
];
