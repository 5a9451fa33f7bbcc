import * as ort from "onnxruntime-node";
import type { DType } from "../../src/tensor/dtype.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";

/** ONNX Runtime in this process, on one thread: what other engines are compared with. */

export type RuntimeAnswer =
  | { readonly kind: "answered"; readonly outputs: readonly Tensor[] }
  /** It does not run the model, or not on these rows. */
  | { readonly kind: "refused"; readonly why: string };

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
};

export class Runtime {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** The model, or why ONNX Runtime does not run it. */
  static async load(model: Uint8Array): Promise<Runtime | string> {
    try {
      return new Runtime(await ort.InferenceSession.create(model, options));
    } catch (error) {
      return messageOf(error);
    }
  }

  async run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<RuntimeAnswer> {
    try {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toRuntime(value)]));
      const results = await this.#session.run(feeds, [...outputs]);
      return { kind: "answered", outputs: outputs.map((name) => fromRuntime(results[name])) };
    } catch (error) {
      return { kind: "refused", why: messageOf(error) };
    }
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toRuntime({ dtype, shape, data }: Tensor): ort.Tensor {
  const values = dtype === "int64" ? BigInt64Array.from(data, BigInt) : data;
  return new ort.Tensor(dtype as "float32", values as Float32Array, [...shape]);
}

function fromRuntime(value: ort.Tensor | undefined): Tensor {
  if (value === undefined || !("dims" in value)) throw new TypeError("an output is not a tensor");
  const result = tensor(value.type as DType, [...value.dims]) as Tensor;
  if (result.dtype === "string") result.data.push(...result.data.splice(0).map((_, index) => String(value.data[index])));
  else for (let index = 0; index < result.data.length; index++) result.data[index] = Number(value.data[index]);
  return result;
}
