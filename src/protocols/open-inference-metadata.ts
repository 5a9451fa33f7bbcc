import type { ValueInfo } from "../graph/graph.ts";
import type { Model } from "../models/model.ts";
import { type DatatypeName, datatypeOf } from "./open-inference-datatypes.ts";

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: DatatypeName;
  /** -1 where a dimension may have any size. */
  readonly shape: readonly number[];
}

/** @param versions All that are loaded of its name */
export function modelMetadata(model: Model, versions: readonly string[]) {
  return { name: model.name, versions, platform: platform(model), inputs: inputTensors(model), outputs: outputTensors(model) };
}

/** Triton's model configuration, as far as its load tool and its clients read it. Dimensions there are those behind the batch's. */
export function modelConfig(model: Model, rows: number) {
  const batched = isBatched(model);
  const tensors = (list: readonly TensorMetadata[]) =>
    list.map(({ name, datatype, shape }) => ({
      name,
      data_type: `TYPE_${datatype === "BYTES" ? "STRING" : datatype}`,
      dims: batched ? shape.slice(1) : shape,
    }));
  return {
    name: model.name,
    platform: platform(model),
    backend: model.engine.kind === "onnxruntime" ? "onnxruntime" : "setosa",
    version_policy: { specific: { versions: /^\d+$/.test(model.version) ? [Number(model.version)] : [] } },
    max_batch_size: batched ? rows : 0,
    input: tensors(inputTensors(model)),
    output: tensors(outputTensors(model)),
    instance_group: [{ name: model.name, kind: "KIND_CPU", count: model.engine.parallel ?? 1 }],
    ...(model.engine.queue === undefined ? {} : { dynamic_batching: {} }),
  };
}

/** `project_format`, as the specification has it. */
function platform({ engine: { kind } }: Model): string {
  return kind === "onnxruntime" ? "onnxruntime_onnx" : `setosa_${kind}`;
}

/** The first dimension of everything is its rows. */
function isBatched(model: Model): boolean {
  return [...inputTensors(model), ...outputTensors(model)].every(({ shape }) => shape[0] === -1);
}

/** The graph's own. What rows of features are is known better than files declare it. */
export function inputTensors({ graph, signature: { task, features } }: Model): readonly TensorMetadata[] {
  return graph.inputs.map((info) => {
    if (task.kind === "tensors") return tensor(info, info.shape);
    const width = features.filter(({ input }) => input === info.name).length;
    return tensor(info, info.shape.length === 1 ? [null] : [null, width]);
  });
}

export function outputTensors({ graph, engine: { kernel }, signature: { task } }: Model): readonly TensorMetadata[] {
  return graph.outputs.map((info, index) => {
    // Computed by the compiler; what the file declares may be wrong.
    const computed = kernel?.outputs[index]?.shape.map((dimension) => (dimension === "rows" ? null : dimension));
    const shape = computed ?? info.shape;
    return tensor(info, task.kind === "tensors" ? shape : shape.map((dimension, axis) => (axis === 0 ? null : dimension)));
  });
}

function tensor({ name, dtype }: ValueInfo, shape: ValueInfo["shape"]): TensorMetadata {
  return { name, datatype: datatypeOf[dtype], shape: shape.map((dimension) => (typeof dimension === "number" ? dimension : -1)) };
}
