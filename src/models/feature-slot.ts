import type { Feature } from "../graph/signature.ts";
import { type ReadValue, valueReader } from "./feature-value.ts";
import type { EncoderTarget } from "./row-encoder.ts";

/** A feature, how its values are read, and where they are written. */
export interface FeatureSlot {
  readonly feature: Feature;
  readonly name: string;
  readonly read: ReadValue;
  readonly target: EncoderTarget;
  /** A plain float input, whose finite numbers need no further check. */
  readonly float: Float32Array | Float64Array | undefined;
}

export function featureSlots(features: readonly Feature[], targetOf: (input: string) => EncoderTarget): readonly FeatureSlot[] {
  return features.map((feature) => {
    const target = targetOf(feature.input);
    const { data } = target;
    const plain =
      (data instanceof Float32Array || data instanceof Float64Array) && feature.categories === undefined && feature.dtype !== "int64";
    return { feature, name: feature.name, read: valueReader(feature), target, float: plain ? data : undefined };
  });
}
