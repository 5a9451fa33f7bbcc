import type { DType } from "../../tensor/dtype.ts";
import { onnxDTypes } from "../../tensor/onnx-dtypes.ts";
import type { DeclaredShape } from "../../tensor/shape.ts";
import { maxRank } from "./tensor.ts";
import { damaged, readBytes, readInteger, readMessage, readName } from "./wire.ts";

/** A ValueInfoProto: the dtype is undefined for what is no tensor of a type that Setosa holds. */
export interface DeclaredValue {
  readonly name: string;
  readonly dtype: DType | undefined;
  /** What it is instead, for messages. */
  readonly type: string;
  readonly shape: DeclaredShape;
}

export function readValueInfo(bytes: Uint8Array): DeclaredValue {
  let name = "";
  let dtype: DType | undefined;
  let type = "untyped";
  let shape: DeclaredShape = [];
  readMessage(bytes, "value declaration", (field, wire, reader) => {
    if (field === 1) name = readName(reader, wire, "a value's name");
    else if (field === 2)
      readMessage(readBytes(reader, wire, "a value's type"), "type", (kind, kindWire, kindReader) => {
        if (kind !== 1) {
          type = kind === 4 ? "a sequence" : kind === 5 ? "a map" : "no tensor";
          return false;
        }
        readMessage(readBytes(kindReader, kindWire, "a tensor's type"), "tensor type", (part, partWire, partReader) => {
          if (part === 1) {
            const number = readInteger(partReader, partWire, "an element type") ?? 0;
            dtype = onnxDTypes.get(number);
            type = `a tensor of ONNX type ${number}`;
          } else if (part === 2) shape = readShape(readBytes(partReader, partWire, "a shape"));
          else return false;
          return true;
        });
        return true;
      });
    else return false;
    return true;
  });
  return { name, dtype, type, shape };
}

function readShape(bytes: Uint8Array): DeclaredShape {
  const shape: (number | string | null)[] = [];
  readMessage(bytes, "shape", (field, wire, reader) => {
    if (field !== 1) return false;
    let dimension: number | string | null = null;
    readMessage(readBytes(reader, wire, "a dimension"), "dimension", (part, partWire, partReader) => {
      if (part === 1) {
        const value = readInteger(partReader, partWire, "a dimension");
        if (value === undefined) throw damaged("A dimension is beyond 2^53.");
        dimension = value;
      } else if (part === 2) {
        // An empty name is how some exporters write an unknown dimension.
        const text = readName(partReader, partWire, "a dimension's name");
        dimension = text === "" ? null : text;
      } else return false;
      return true;
    });
    shape.push(dimension);
    if (shape.length > maxRank) throw damaged(`A shape has more than ${maxRank} dimensions.`);
    return true;
  });
  return shape;
}
