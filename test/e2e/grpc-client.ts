import { fileURLToPath } from "node:url";
import {
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { type Runtime, startSetosa } from "./process.ts";

export type Message = Record<string, unknown>;

/** How a call has ended. */
export type Outcome =
  | { readonly code: 0; readonly response: Message }
  | { readonly code: number; readonly details: string; readonly setosa: string };

export interface GrpcClient {
  call(
    method: string,
    message?: Message,
    options?: { readonly headers?: Record<string, string>; readonly deadline?: number; readonly compressed?: boolean },
  ): Promise<Outcome>;
  /** A call that can be cancelled. */
  begin(
    method: string,
    message: Message,
    options?: { readonly headers?: Record<string, string>; readonly deadline?: number },
  ): { cancel(): void; readonly code: Promise<number> };
  duplex(method: string): ClientDuplexStream<Message, Message>;
  watch(method: string, message: Message): ClientReadableStream<Message>;
  close(): void;
}

type Service = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Record<string, unknown>,
) => Record<string, (...values: unknown[]) => unknown> & { close(): void };

const protos = ["open_inference.proto", "health.proto", "reflection_v1.proto", "reflection_v1alpha.proto"];
const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };

/** A client of @grpc/grpc-js for a service of proto/, by its full name. */
export function grpcClient(
  port: number,
  service = "inference.GRPCInferenceService",
  { secure = credentials.createInsecure(), ...channel }: { secure?: ChannelCredentials } & Record<string, unknown> = {},
): GrpcClient {
  const files = protos.map((name) => fileURLToPath(new URL(`../../proto/${name}`, import.meta.url)));
  const found = service
    .split(".")
    .reduce((scope: unknown, name) => (scope as Record<string, unknown>)[name], loadPackageDefinition(loadSync(files, options)));
  const client = new (found as Service)(`localhost:${port}`, secure, channel);
  const invoke = (method: string, ...values: unknown[]) => (client[method] as (...all: unknown[]) => unknown).call(client, ...values);
  return {
    call: (method, message = {}, { headers = {}, deadline, compressed = false } = {}) =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
        if (compressed) metadata.set("grpc-internal-encoding-request", "gzip");
        const done = (error: ServiceError | null, response: Message) => {
          if (error === null) resolve({ code: 0, response });
          else resolve({ code: error.code, details: error.details, setosa: String(error.metadata.get("setosa-code")[0]) });
        };
        invoke(method, message, metadata, deadline === undefined ? {} : { deadline: Date.now() + deadline }, done);
      }),
    begin: (method, message, { headers = {}, deadline } = {}) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      let cancel = () => {};
      const code = new Promise<number>((resolve) => {
        const done = (error: ServiceError | null) => resolve(error === null ? 0 : error.code);
        const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
        const call = invoke(method, message, metadata, options, done) as ClientUnaryCall;
        cancel = () => call.cancel();
      });
      return { cancel, code };
    },
    duplex: (method) => invoke(method) as ClientDuplexStream<Message, Message>,
    watch: (method, message) => invoke(method, message) as ClientReadableStream<Message>,
    close: () => client.close(),
  };
}

/** Starts `setosa serve` with gRPC on a free port. */
export async function startGrpc(runtime: Runtime, args: readonly string[]) {
  const running = startSetosa(["serve", ...args, "--port", "0", "--grpc-port", "0", "--runtime", runtime]);
  const [, grpc = ""] = await running.waitFor(/gRPC on localhost:(\d+)/);
  const [, http = ""] = await running.waitFor(/Listening on https?:\/\/localhost:(\d+)/);
  return { running, grpcPort: Number(grpc), httpPort: Number(http) };
}

/** Rows of iris as a request. */
export function irisRequest(rows: readonly (readonly number[])[], more: Message = {}): Message {
  return {
    model_name: "iris",
    inputs: [{ name: "X", datatype: "FP32", shape: [rows.length, 4] }],
    raw_input_contents: [Buffer.from(Float32Array.from(rows.flat()).buffer)],
    ...more,
  };
}

export const setosaRow = [5.1, 3.5, 1.4, 0.2];
export const virginicaRow = [6.3, 3.3, 6, 2.5];

/** Labels of a response. */
export function labelsOf(outcome: Outcome): number[] {
  if (!("response" in outcome)) throw new Error(`${outcome.code} ${outcome.details}`);
  const { raw_output_contents, outputs } = outcome.response as { raw_output_contents: Buffer[]; outputs: { name: string }[] };
  const bytes = raw_output_contents[outputs.findIndex(({ name }) => name === "label")] as Buffer;
  return Array.from({ length: bytes.length / 8 }, (_, index) => Number(bytes.readBigInt64LE(8 * index)));
}
