import { SetosaError } from "../../errors.ts";
import { allocate } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DatatypeName, datatypes } from "../open-inference-datatypes.ts";
import { countElements, type RawTensor, readTensorBytes } from "../tensor-bytes.ts";
import { damaged, type ProtoReader, wire } from "./proto-reader.ts";

interface ContentsField {
  readonly field: number;
  readonly name: string;
  /** Bytes of an element; absent where elements are varints. */
  readonly size?: 4 | 8;
  readonly least: number;
  readonly most: number;
}

const whole = (field: number, name: string, least: number, most: number): ContentsField => ({ field, name, least, most });
const most64 = Number.MAX_SAFE_INTEGER;

/** Where the elements of each datatype are, in `InferTensorContents`; those of 16-bit floats have no place. */
const fields: Readonly<Record<DatatypeName, ContentsField | undefined>> = {
  BOOL: whole(1, "bool_contents", 0, 1),
  INT8: whole(2, "int_contents", -128, 127),
  INT16: whole(2, "int_contents", -32_768, 32_767),
  INT32: whole(2, "int_contents", -(2 ** 31), 2 ** 31 - 1),
  INT64: whole(3, "int64_contents", -most64, most64),
  UINT8: whole(4, "uint_contents", 0, 255),
  UINT16: whole(4, "uint_contents", 0, 65_535),
  UINT32: whole(4, "uint_contents", 0, 2 ** 32 - 1),
  UINT64: whole(5, "uint64_contents", 0, most64),
  FP32: { field: 6, name: "fp32_contents", size: 4, least: 0, most: 0 },
  FP64: { field: 7, name: "fp64_contents", size: 8, least: 0, most: 0 },
  BYTES: whole(8, "bytes_contents", 0, 0),
  FP16: undefined,
  BF16: undefined,
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A tensor whose elements are in a list of its datatype.
 * @throws SetosaError TENSOR_INVALID
 */
export function readContents(reader: ProtoReader, raw: RawTensor): Tensor {
  const { datatype, shape, path } = raw;
  const count = countElements(shape, raw);
  const place = fields[datatype];
  if (place === undefined) throw invalid(raw, `${datatype} has no list of elements.`, "Send it in raw_input_contents.");
  const { dtype } = datatypes[datatype];
  const take = (field: number): void => {
    if (field !== place.field) throw invalid(raw, "its elements are in a list of another datatype.", `Put ${datatype} into ${place.name}.`);
  };
  if (place.size !== undefined) return readTensorBytes(readFixed(reader, place.size, take), raw);
  const few = (elements: number): SetosaError =>
    invalid(raw, `its shape has ${count} elements, and ${elements} are there.`, "Send as many elements as the shape has.");
  let next = 0;
  if (dtype === "string") {
    const texts: string[] = [];
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      take(field);
      const bytes = reader.slice();
      try {
        if (next++ < count) texts.push(decoder.decode(bytes));
      } catch {
        throw new SetosaError("TENSOR_INVALID", "An element is not UTF-8.", { path: `${path}[${next - 1}]`, hint: "Send text as UTF-8." });
      }
    }
    if (next !== count) throw few(next);
    return { dtype: "string", shape, data: texts };
  }
  // So many bytes at least are there: the shape alone allocates nothing.
  if (reader.left < count) throw few(reader.left);
  const data = allocate(dtype, count) as Float64Array;
  const element = (from: ProtoReader): void => {
    const value = place.least < 0 ? from.signed() : from.unsigned();
    if (value < place.least || value > place.most)
      throw new SetosaError("TENSOR_INVALID", `${value} is no ${datatype}.`, {
        path: `${path}[${next}]`,
        hint: `Send values of ${datatype}.`,
      });
    if (next < count) data[next] = value;
    next++;
  };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    take(field);
    if (reader.wire === wire.varint) element(reader);
    else for (const packed = reader.message(); packed.left > 0; ) element(packed);
  }
  if (next !== count) throw few(next);
  return { dtype, shape, data } as unknown as Tensor;
}

/** Elements of so many bytes each: packed, in one piece as a rule, or one by one. */
function readFixed(reader: ProtoReader, size: 4 | 8, take: (field: number) => void): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    take(field);
    let piece: Uint8Array;
    if (reader.wire === (size === 4 ? wire.fixed32 : wire.fixed64)) {
      const start = reader.go(size);
      piece = reader.bytes.subarray(start, start + size);
    } else piece = reader.slice();
    if (piece.length % size !== 0) throw damaged("a list of floats is cut");
    pieces.push(piece);
    length += piece.length;
  }
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function invalid({ name, path }: RawTensor, message: string, hint: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", `${JSON.stringify(name.slice(0, 80))}: ${message}`, { path, hint });
}
