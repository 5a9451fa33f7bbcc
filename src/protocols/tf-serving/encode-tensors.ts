import { SetosaError } from "../../errors.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { encodeBase64 } from "./base64.ts";
import { decimalText, decimalText32 } from "./decimal-text.ts";
import type { PredictRequest } from "./messages.ts";

/** Writes a tensor's part below an element of its first dimensions. */
interface Writer {
  readonly name: string;
  readonly tensor: Tensor;
  /** From element `from` on, of dimension `axis` and those within. */
  write(axis: number, from: number): string;
}

/**
 * `{"predictions": …}` by rows, `{"outputs": …}` by columns; bare where there is one output.
 * @throws SetosaError TENSOR_INVALID where the outputs are no rows
 */
export function tensorsText(infos: readonly ValueInfo[], outputs: readonly Tensor[], format: PredictRequest["format"]): string {
  const writers = outputs.map((tensor, index) => writer(infos[index]?.name ?? "", tensor));
  if (format === "instances") return `{"predictions":${byRows(writers)}}\n`;
  const [only] = writers;
  const whole = writers.length === 1 && only !== undefined ? only.write(0, 0) : object(writers, (one) => one.write(0, 0));
  return `{"outputs":${whole}}\n`;
}

function byRows(writers: readonly Writer[]): string {
  const rows = writers[0]?.tensor.shape[0];
  const odd = writers.find(({ tensor: { shape } }) => shape.length === 0 || shape[0] !== rows);
  if (odd !== undefined || rows === undefined)
    throw new SetosaError(
      "TENSOR_INVALID",
      `Tensor name: ${odd?.name ?? ""} has inconsistent batch size: ${odd?.tensor.shape[0] ?? "none"}.`,
      {
        path: "instances",
        hint: 'Send the columnar form, {"inputs": …}.',
      },
    );
  const of = (one: Writer, row: number) => one.write(1, (one.tensor.data.length / rows) * row);
  const [only] = writers;
  const lines: string[] = [];
  for (let row = 0; row < rows; row++)
    lines.push(writers.length === 1 && only !== undefined ? of(only, row) : object(writers, (one) => of(one, row)));
  return `[${lines.join(",")}]`;
}

function object(writers: readonly Writer[], text: (writer: Writer) => string): string {
  return `{${writers.map((one) => `${JSON.stringify(one.name)}:${text(one)}`).join(",")}}`;
}

function writer(name: string, tensor: Tensor): Writer {
  const { shape } = tensor;
  const text = elementText(tensor, name);
  // Elements below one of each dimension.
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const write = (axis: number, from: number): string => {
    const size = shape[axis];
    if (size === undefined) return text(from);
    const stride = strides[axis] as number;
    let list = "[";
    for (let index = 0; index < size; index++) list += index === 0 ? write(axis + 1, from) : `,${write(axis + 1, from + index * stride)}`;
    return `${list}]`;
  };
  return { name, tensor, write };
}

function elementText({ dtype, data }: Tensor, name: string): (index: number) => string {
  switch (dtype) {
    case "string":
      // TensorFlow Serving's way to tell bytes from text.
      return name.endsWith("_bytes") ? (index) => encodeBase64(data[index] as string) : (index) => JSON.stringify(data[index]);
    case "bool":
      return (index) => (data[index] === 0 ? "false" : "true");
    case "float32":
      return (index) => decimalText32(data[index] as number);
    case "float64":
      return (index) => decimalText(data[index] as number);
    default:
      return (index) => String(data[index]);
  }
}
