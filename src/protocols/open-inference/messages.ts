import type { NamedTensor } from "../../models/tensors/arrange-tensors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** An inference request whose tensors are read. */
export interface InferRequest {
  /** Given back as it is. */
  readonly id: string | undefined;
  readonly inputs: readonly NamedTensor[];
  /** Undefined for all. */
  readonly outputs: readonly RequestedOutput[] | undefined;
  /** `binary_data_output`: of outputs that do not say. */
  readonly binary: boolean;
}

export interface RequestedOutput {
  readonly name: string;
  /** `binary_data`; undefined where it is not said. */
  readonly binary: boolean | undefined;
  /** `classification`: so many classes instead of the tensor; 0 for the tensor. */
  readonly classes: number;
  /** Where it stands in the request: `outputs[0]`. */
  readonly path: string;
}

/** An output as it is sent. */
export interface InferOutput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly binary: boolean;
}
