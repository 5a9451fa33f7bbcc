import type { Tensor } from "../../tensor/tensor.ts";
import { nestedText } from "../nested-text.ts";
import { modelFields } from "./encode.ts";

/** `{"model","version","outputs":{name: nested lists}}`. */
export function encodeTensors(name: string, version: string, outputs: ReadonlyMap<string, Tensor>): string {
  const fields = [...outputs].map(([output, tensor]) => `${JSON.stringify(output)}:${nestedText(tensor)}`);
  return `${modelFields(name, version)},"outputs":{${fields.join(",")}}}\n`;
}
