import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { root } from "../../../http/server.ts";
import { answer } from "./model.ts";

interface Request {
  readonly id: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly raw_input_contents: readonly Uint8Array[];
}

/** @grpc/grpc-js with @grpc/proto-loader, as its own examples have it. @returns the port */
export async function serve(): Promise<number> {
  const definition = loadSync(`${root}proto/open_inference.proto`, { keepCase: true, longs: Number });
  const { inference } = loadPackageDefinition(definition) as unknown as {
    inference: { GRPCInferenceService: { service: ServiceDefinition } };
  };
  const server = new Server();
  server.addService(inference.GRPCInferenceService.service, {
    ModelInfer: ({ request }: ServerUnaryCall<Request, unknown>, done: sendUnaryData<unknown>) => {
      const outputs = answer({ id: request.id, inputs: request.inputs, raw: request.raw_input_contents });
      done(null, {
        model_name: "iris",
        model_version: "1",
        id: request.id,
        outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
        raw_output_contents: outputs.map(({ bytes }) => bytes),
      });
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}
