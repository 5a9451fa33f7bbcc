import { callGrpc } from "../call-grpc.ts";
import { decode, encode } from "../proto-wire.ts";
import { send } from "../send.ts";
import { postJson } from "./http-ways.ts";
import { inputTensors, readTensor, saidByTensors, tensorBytes } from "./tensors.ts";
import type { Asked, Said, Way } from "./ways.ts";

interface OutputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
  readonly contents?: Readonly<Record<string, readonly unknown[]>>;
}

const path = ({ model }: Asked) => `/v2/models/${model.name}/infer`;
const withNaN = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === "number" && Number.isNaN(part) ? "\u0000" : part)).replaceAll('"\\u0000"', "NaN");

const typedFields: Readonly<Record<string, string>> = {
  FP32: "fp32_contents",
  FP64: "fp64_contents",
  INT64: "int64_contents",
  BYTES: "bytes_contents",
};

async function infer({ grpc }: Parameters<Way["ask"]>[0], asked: Asked, request: Readonly<Record<string, unknown>>): Promise<Said> {
  const message = encode("InferRequest", { model_name: asked.model.name, ...request });
  const answer = await callGrpc(grpc(), { method: "inference.GRPCInferenceService/ModelInfer", message });
  if (answer.reply === undefined || answer.status !== 0) throw new Error(`grpc-status ${answer.status}: ${answer.message}`);
  const { outputs = [], raw_output_contents: raw } = decode("InferResponse", answer.reply) as {
    outputs?: OutputTensor[];
    raw_output_contents?: string[];
  };
  const tensors = outputs.map(({ name, datatype, contents = {} }, index): [string, readonly unknown[]] => {
    const bytes = raw?.[index];
    if (bytes !== undefined) return [name, readTensor(datatype, Buffer.from(bytes, "hex"))];
    const values = contents[typedFields[datatype] ?? ""] ?? [];
    return [name, datatype === "BYTES" ? values.map((hex) => Buffer.from(String(hex), "hex").toString()) : values];
  });
  return saidByTensors(asked.model, asked.rows.length, new Map(tensors));
}

export const tensorWays: readonly Way[] = [
  {
    name: "Open Inference, JSON",
    ask: async (door, asked) => {
      const inputs = inputTensors(asked).map(({ values, ...tensor }) => ({ ...tensor, data: values }));
      const { outputs } = (await postJson(door, path(asked), withNaN({ inputs }))) as { outputs: OutputTensor[] };
      return saidByTensors(asked.model, asked.rows.length, new Map(outputs.map(({ name, data = [] }) => [name, data])));
    },
  },
  {
    name: "Open Inference, tensors as bytes",
    ask: async ({ port }, asked) => {
      const tensors = inputTensors(asked);
      const bytes = tensors.map(tensorBytes);
      const inputs = tensors.map(({ values: _, ...tensor }, index) => ({
        ...tensor,
        parameters: { binary_data_size: bytes[index]?.length },
      }));
      const head = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
      const headers = { "inference-header-content-length": String(head.length), "content-type": "application/octet-stream" };
      const answer = await send(port, { method: "POST", path: path(asked), headers, body: Buffer.concat([head, ...bytes]) });
      const text = Buffer.from(answer.body);
      if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${text.toString("utf8", 0, 500)}`);
      let at = Number(answer.headers["inference-header-content-length"]);
      const { outputs } = JSON.parse(text.toString("utf8", 0, at)) as { outputs: OutputTensor[] };
      const read = outputs.map(({ name, datatype, parameters }): [string, readonly unknown[]] => {
        const from = at;
        at += parameters?.binary_data_size ?? Number.NaN;
        return [name, readTensor(datatype, text.subarray(from, at))];
      });
      return saidByTensors(asked.model, asked.rows.length, new Map(read));
    },
  },
  {
    name: "Open Inference, gRPC, raw",
    ask: (door, asked) => {
      const tensors = inputTensors(asked);
      const inputs = tensors.map(({ values: _, ...tensor }) => tensor);
      return infer(door, asked, { inputs, raw_input_contents: tensors.map((tensor) => tensorBytes(tensor).toString("hex")) });
    },
  },
  {
    name: "Open Inference, gRPC, typed",
    ask: (door, asked) => {
      const inputs = inputTensors(asked).map(({ values, datatype, ...tensor }) => {
        const content = values.map((value) => (typeof value === "string" ? Buffer.from(value).toString("hex") : value));
        return { ...tensor, datatype, contents: { [typedFields[datatype] ?? ""]: content } };
      });
      return infer(door, asked, { inputs });
    },
  },
];
