import type { DType } from "../../tensor/dtype.ts";
import { onnxDTypes, onnxTypeName } from "../../tensor/onnx-dtypes.ts";
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
  /** Element types of a map from keys to tensors, which are numbers in practice. */
  readonly map?: { readonly key: DType | undefined; readonly value: DType | undefined };
  /** What the elements of a sequence are. */
  readonly sequence?: Omit<DeclaredValue, "name">;
}

export function readValueInfo(bytes: Uint8Array): DeclaredValue {
  let name = "";
  let type: DeclaredType = untyped;
  readMessage(bytes, "value declaration", (field, wire, reader) => {
    if (field === 1) name = readName(reader, wire, "a value's name");
    else if (field === 2) type = readType(readBytes(reader, wire, "a value's type"));
    else return false;
    return true;
  });
  return { name, ...type };
}

type DeclaredType = Omit<DeclaredValue, "name">;

const untyped: DeclaredType = { dtype: undefined, type: "untyped", shape: [] };

/** A TypeProto. Of a sequence of anything but tensors the elements are not looked at. */
function readType(bytes: Uint8Array, isElement = false): DeclaredType {
  let found = untyped;
  readMessage(bytes, "type", (kind, wire, reader) => {
    if (kind === 1) {
      const tensor = readTensorType(readBytes(reader, wire, "a tensor's type"));
      found = { dtype: onnxDTypes.get(tensor.number), type: `a tensor of ${onnxTypeName(tensor.number)}`, shape: tensor.shape };
    } else if (kind === 5) found = { ...untyped, type: "a map", map: readMapType(readBytes(reader, wire, "a map's type")) };
    else if (kind === 4 && !isElement)
      found = { ...untyped, type: "a sequence", sequence: readSequenceType(readBytes(reader, wire, "a sequence's type")) };
    else {
      found = { ...untyped, type: kind === 4 ? "a sequence" : "no tensor" };
      return false;
    }
    return true;
  });
  return found;
}

/** A TypeProto.Sequence: the type of its elements. */
function readSequenceType(bytes: Uint8Array): DeclaredType {
  let element = untyped;
  readMessage(bytes, "sequence type", (field, wire, reader) => {
    if (field !== 1) return false;
    element = readType(readBytes(reader, wire, "the type of a sequence's elements"), true);
    return true;
  });
  return element;
}

function readTensorType(bytes: Uint8Array): { readonly number: number; readonly shape: DeclaredShape } {
  let number = 0;
  let shape: DeclaredShape = [];
  readMessage(bytes, "tensor type", (field, wire, reader) => {
    if (field === 1) number = readInteger(reader, wire, "an element type") ?? 0;
    else if (field === 2) shape = readShape(readBytes(reader, wire, "a shape"));
    else return false;
    return true;
  });
  return { number, shape };
}

/** A TypeProto.Map, of which the values may only be tensors here. */
function readMapType(bytes: Uint8Array): NonNullable<DeclaredValue["map"]> {
  let key = 0;
  let value = 0;
  readMessage(bytes, "map type", (field, wire, reader) => {
    if (field === 1) key = readInteger(reader, wire, "a map's key type") ?? 0;
    else if (field === 2)
      readMessage(readBytes(reader, wire, "a map's value type"), "type", (kind, kindWire, kindReader) => {
        if (kind !== 1) return false;
        value = readTensorType(readBytes(kindReader, kindWire, "a tensor's type")).number;
        return true;
      });
    else return false;
    return true;
  });
  return { key: onnxDTypes.get(key), value: onnxDTypes.get(value) };
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
