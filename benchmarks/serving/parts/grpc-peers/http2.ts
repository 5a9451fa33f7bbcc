import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { arrangeTensors } from "../../../../src/models/tensors/arrange-tensors.ts";
import { readInferRequest, readTensors } from "../../../../src/protocols/open-inference-grpc/decode.ts";
import { responseParts, writeInferResponse } from "../../../../src/protocols/open-inference-grpc/encode.ts";
import { model } from "./model.ts";

const path = "/inference.GRPCInferenceService/ModelInfer";

/** The runtime's own HTTP/2 (node:http2), and no more of gRPC than one method needs, with Setosa's reader and writer of messages. @returns the port */
export async function serve(): Promise<number> {
  const parts = responseParts(model);
  const all = model.graph.outputs.map((_, position) => position);
  const infer = (message: Buffer): Buffer => {
    const asked = readInferRequest(message.subarray(5));
    const outputs = model.answerGraph(arrangeTensors(model.graph, model.signature, readTensors(asked)));
    if (outputs instanceof Promise) throw new Error("the model is not compiled");
    const response = writeInferResponse(parts, asked.id, outputs, all);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(response.length, 1);
    return Buffer.concat([prefix, response]);
  };
  const server = createServer();
  server.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => {});
    stream.on("end", () => {
      if (headers[":path"] !== path) {
        stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
        return;
      }
      const answer = infer(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
