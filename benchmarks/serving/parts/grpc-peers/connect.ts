import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { descriptors } from "../../../../src/protocols/open-inference-grpc/descriptors.ts";
import { answer } from "./model.ts";

interface Request {
  readonly id: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly bigint[] }[];
  readonly rawInputContents: readonly Uint8Array[];
}

/** @connectrpc/connect-node, which speaks gRPC on node:http2, with @bufbuild/protobuf. @returns the port */
export async function serve(): Promise<number> {
  const file = descriptors.flatMap(({ name, descriptor }) =>
    name === "open_inference.proto" ? [fromBinary(FileDescriptorProtoSchema, Buffer.from(descriptor, "base64"))] : [],
  );
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
  const service = registry.getService("inference.GRPCInferenceService");
  const response = registry.getMessage("inference.ModelInferResponse");
  if (service === undefined || response === undefined) throw new Error("the service is not in its descriptor");
  const adapter = connectNodeAdapter({
    routes: (router) => {
      router.service(service, {
        modelInfer: (message: unknown) => {
          const { id, inputs, rawInputContents } = message as Request;
          const asked = inputs.map(({ name, shape }) => ({ name, shape: shape.map(Number) }));
          const outputs = answer({ id, inputs: asked, raw: rawInputContents });
          return create(response, {
            modelName: "iris",
            modelVersion: "1",
            id,
            outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: shape.map(BigInt) })),
            rawOutputContents: outputs.map(({ bytes }) => bytes),
          } as never);
        },
      } as never);
    },
  });
  const server = createServer(adapter);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
