import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSync } from "@grpc/proto-loader";
import { describe, expect, it } from "vitest";
import { descriptorsSource } from "../../../tools/grpc-descriptors.ts";
import { loadModel } from "../../models/load-model.ts";
import { responseParts, writeInferResponse } from "./encode.ts";

const proto = fileURLToPath(new URL("../../../proto/open_inference.proto", import.meta.url));
const definitions = loadSync(proto, { keepCase: true, longs: Number });

describe("writeInferResponse", () => {
  it("writes what others read by the proto, of the outputs that were chosen", async () => {
    const model = await loadModel(fileURLToPath(new URL("../../../models/iris.onnx", import.meta.url)));
    const outputs = await model.answerGraph([
      { dtype: "float32", shape: [2, 4], data: Float32Array.of(5.1, 3.5, 1.4, 0.2, 6.3, 3.3, 6, 2.5) },
    ]);
    const read = (id: string, chosen: readonly number[]) => {
      const service = definitions["inference.GRPCInferenceService"] as unknown as {
        ModelInfer: { responseDeserialize(bytes: Buffer): unknown };
      };
      return service.ModelInfer.responseDeserialize(Buffer.from(writeInferResponse(responseParts(model), id, outputs, chosen)));
    };
    const labels = Buffer.from(BigInt64Array.of(0n, 2n).buffer);
    const probabilities = Buffer.from(Float32Array.from(outputs[1]?.data as Float32Array).buffer);
    expect(read("é", [1, 0])).toMatchObject({
      model_name: "iris",
      model_version: "1",
      id: "é",
      outputs: [
        { name: "probabilities", datatype: "FP32", shape: [2, 3] },
        { name: "label", datatype: "INT64", shape: [2] },
      ],
      raw_output_contents: [probabilities, labels],
    });
    expect(read("", [0])).toMatchObject({ outputs: [{ name: "label" }], raw_output_contents: [labels] });
    await model.close();
  });
});

describe("descriptors", () => {
  it("are those of the files in proto/", () => {
    const strings = (source: string) => source.match(/"[^"]*"/g)?.filter((text) => text.length > 100);
    expect(strings(readFileSync(new URL("./descriptors.ts", import.meta.url), "utf8"))).toEqual(strings(descriptorsSource()));
  });
});
