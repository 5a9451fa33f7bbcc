import { loadModel } from "../../../../src/models/load-model.ts";
import { arrangeTensors } from "../../../../src/models/tensors/arrange-tensors.ts";
import type { Tensor } from "../../../../src/tensor/tensor.ts";
import { root } from "../../../http/server.ts";

/** What a request of any library says of its tensors, and what an answer has to. */
export interface RawRequest {
  readonly id: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly raw: readonly Uint8Array[];
}

export interface RawOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export const model = await loadModel(`${root}models/iris.onnx`);

/** The same compiled model that Setosa serves, between raw bytes: what is around it is the library's. */
export function answer({ inputs, raw }: RawRequest): readonly RawOutput[] {
  const named = inputs.map(({ name, shape }, index) => {
    const bytes = raw[index] ?? new Uint8Array(0);
    // A library's bytes may lie at any place of its buffer.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    const data = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
    return { name, path: `inputs[${index}]`, tensor: { dtype: "float32", shape, data } as Tensor };
  });
  const outputs = model.answerGraph(arrangeTensors(model.graph, model.signature, named));
  if (outputs instanceof Promise) throw new Error("the model is not compiled");
  return outputs.map((tensor, index): RawOutput => {
    const name = model.graph.outputs[index]?.name ?? "";
    const { shape } = tensor;
    if (tensor.dtype === "float32") {
      const { buffer, byteOffset, byteLength } = tensor.data;
      return { name, datatype: "FP32", shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
    }
    const bytes = new Uint8Array(8 * tensor.data.length);
    const view = new DataView(bytes.buffer);
    // Classes are few: the upper half stays 0.
    for (let row = 0; row < tensor.data.length; row++) view.setUint32(8 * row, Number(tensor.data[row]), true);
    return { name, datatype: "INT64", shape, bytes };
  });
}
