import type { FrameInput } from "../dataframes.ts";
import type { PredictMethod } from "../predict-method.ts";

/** `{"instances": [ … ], "parameters": { … }}`, decoded. */
export interface VertexRequest {
  readonly input: FrameInput;
  readonly method: PredictMethod;
}
