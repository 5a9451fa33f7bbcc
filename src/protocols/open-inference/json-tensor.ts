import { SetosaError } from "../../errors.ts";
import { allocate, isFloat } from "../../tensor/dtype.ts";
import { formatShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { datatypes } from "../open-inference-datatypes.ts";
import { countElements, type RawTensor } from "../tensor-bytes.ts";

/**
 * A tensor from the `data` of JSON: its elements one after the other, or nested as the shape says. `null` is NaN where the datatype has
 * one: JSON has no other way to say it.
 * @throws SetosaError TENSOR_INVALID
 */
export function readJsonTensor(data: unknown, raw: RawTensor): Tensor {
  const { shape, path } = raw;
  const { dtype } = datatypes[raw.datatype];
  if (!Array.isArray(data)) throw invalid(raw, "its data is no list.", "Send its elements as a list, or the bytes behind the JSON.");
  const count = countElements(shape, raw);
  const flat = Array.isArray(data[0]) ? flatten(data, raw) : data;
  if (flat.length !== count)
    throw invalid(raw, `${formatShape(shape)} is ${count} elements, and there are ${flat.length}.`, "Send as many as the shape has.");
  const at = (index: number) => `${path}.data[${index}]`;
  if (dtype === "string") {
    const index = flat.findIndex((value) => typeof value !== "string");
    if (index >= 0) throw invalid({ ...raw, path: at(index) }, `${shown(flat[index])} is no text.`, "Send BYTES as text.");
    return { dtype, shape, data: flat as string[] };
  }
  const wrong = (index: number) =>
    invalid({ ...raw, path: at(index) }, `${shown(flat[index])} is no ${raw.datatype}.`, `Send values that ${raw.datatype} holds.`);
  const values = allocate(dtype, count);
  if (isFloat(dtype))
    for (let index = 0; index < count; index++) {
      const value = flat[index];
      if (typeof value === "number") values[index] = value;
      else if (value === null) values[index] = Number.NaN;
      else throw wrong(index);
    }
  else {
    const isBool = dtype === "bool";
    const unsigned = raw.datatype === "UINT64";
    for (let index = 0; index < count; index++) {
      const given = flat[index];
      const value = isBool && typeof given === "boolean" ? Number(given) : given;
      if (typeof value !== "number" || !Number.isSafeInteger(value) || (isBool && value > 1) || (unsigned && value < 0)) throw wrong(index);
      values[index] = value;
      if (values[index] !== value) throw wrong(index);
    }
  }
  return { dtype, shape, data: values } as Tensor;
}

/** Lists in lists, each as long as the shape says. */
function flatten(data: readonly unknown[], raw: RawTensor): unknown[] {
  const { shape, path } = raw;
  const flat: unknown[] = [];
  const walk = (list: readonly unknown[], axis: number, where: () => string): void => {
    if (list.length !== shape[axis])
      throw invalid(
        { ...raw, path: where() },
        `a list has ${list.length} elements where its shape ${formatShape(shape)} does not.`,
        nesting,
      );
    if (axis === shape.length - 1) {
      for (const value of list) flat.push(value);
      return;
    }
    list.forEach((inner, index) => {
      const here = () => `${where()}[${index}]`;
      if (!Array.isArray(inner)) throw invalid({ ...raw, path: here() }, `${shown(inner)} stands where a list should.`, nesting);
      walk(inner, axis + 1, here);
    });
  };
  walk(data, 0, () => `${path}.data`);
  return flat;
}

const nesting = "Nest the lists as the shape says, or send all elements in one list.";

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}

function invalid({ name, path }: Pick<RawTensor, "name" | "path">, message: string, hint: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", `${JSON.stringify(name.slice(0, 80))}: ${message}`, { path, hint });
}
