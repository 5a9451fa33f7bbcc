import { type Attribute, isOpaque, type Node } from "../../graph/graph.ts";
import { coversKey, readCovers } from "./covers.ts";
import { readFloats, readIntegers } from "./lists.ts";
import { floatList, IntegerList } from "./number-list.ts";
import { StringList } from "./string-list.ts";
import { readStrings } from "./strings.ts";
import { readTensor } from "./tensor.ts";
import { damaged, decodeText, expectWire, readBytes, readInteger, readMessage, readName, WireType } from "./wire.ts";

/** A NodeProto. */
export function readNode(bytes: Uint8Array): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let name = "";
  let operator = "";
  let domain = "";
  readMessage(bytes, "node", (field, wire, reader) => {
    if (field === 1) inputs.push(readName(reader, wire, "a node's input"));
    else if (field === 2) outputs.push(readName(reader, wire, "a node's output"));
    else if (field === 3) name = readName(reader, wire, "a node's name");
    else if (field === 4) operator = readName(reader, wire, "a node's operator");
    else if (field === 5) {
      const { key, attribute } = readAttribute(readBytes(reader, wire, "a node's attribute"));
      if (attributes.has(key)) throw damaged(`A node has the attribute "${key}" twice.`);
      attributes.set(key, attribute);
    } else if (field === 9) {
      const covers = readCovers(readBytes(reader, wire, "a node's metadata"));
      if (covers !== undefined) attributes.set(coversKey, { kind: "floats", value: covers });
    } else if (field === 7) domain = readName(reader, wire, "a node's domain");
    else return false;
    return true;
  });
  if (operator === "") throw damaged("A node has no operator.");
  // ONNX gives the default domain two spellings.
  return { name, domain: domain === "ai.onnx" ? "" : domain, operator, inputs, outputs, attributes };
}

/** AttributeProto.AttributeType, as far as it is read. */
const types = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

function readAttribute(bytes: Uint8Array): { readonly key: string; readonly attribute: Attribute } {
  let key = "";
  let type = 0;
  let float: number | undefined;
  let int: number | undefined;
  let string: Uint8Array | undefined;
  let tensor: Uint8Array | undefined;
  let graph: Uint8Array | undefined;
  const floats = floatList();
  const ints = new IntegerList();
  const strings = new StringList();
  let exact = true;
  readMessage(bytes, "attribute", (field, wire, reader) => {
    if (field === 1) key = readName(reader, wire, "an attribute's name");
    else if (field === 2) {
      expectWire(wire, WireType.Bit32, "a float attribute");
      float = reader.float();
    } else if (field === 3) {
      int = readInteger(reader, wire, "an integer attribute");
      exact = exact && int !== undefined;
    } else if (field === 4) string = readBytes(reader, wire, "a string attribute");
    else if (field === 5) tensor = readBytes(reader, wire, "a tensor attribute");
    else if (field === 6) graph = readBytes(reader, wire, "a subgraph");
    else if (field === 7) readFloats({ reader, bytes, field, wire }, "a list of floats", floats);
    else if (field === 8) exact = readIntegers({ reader, bytes, field, wire }, "a list of integers", ints) && exact;
    else if (field === 9) readStrings({ reader, bytes, field, wire }, `A string of the attribute "${key}"`, strings);
    else if (field === 20) type = readInteger(reader, wire, "an attribute's type") ?? 0;
    else return false;
    return true;
  });

  /** Files from before IR version 3 leave the type out: it is that of what is there. */
  const typeOfContent = (): number => {
    if (float !== undefined) return types.float;
    if (int !== undefined) return types.int;
    if (string !== undefined) return types.string;
    if (tensor !== undefined) return types.tensor;
    if (graph !== undefined) return types.graph;
    if (floats.length > 0) return types.floats;
    if (ints.length > 0) return types.ints;
    return strings.length > 0 ? types.strings : 0;
  };
  const value = (): Attribute => {
    if (!exact) return { kind: "opaque", what: "an integer beyond 2^53" };
    switch (type === 0 ? typeOfContent() : type) {
      case types.float:
        return { kind: "float", value: float ?? 0 };
      case types.int:
        return { kind: "int", value: int ?? 0 };
      case types.string:
        return { kind: "string", value: decodeText(string ?? new Uint8Array(), `The attribute "${key}"`) };
      case types.tensor: {
        const { constant } = readTensor(tensor ?? new Uint8Array());
        return isOpaque(constant) ? constant : { kind: "tensor", value: constant };
      }
      case types.floats:
        return { kind: "floats", value: floats.toArray() };
      case types.ints:
        return ints.toAttribute();
      case types.strings:
        return strings.toAttribute();
      case types.graph:
        return { kind: "opaque", what: "a subgraph", ...(graph === undefined ? {} : { subgraph: graph }) };
      default:
        return { kind: "opaque", what: `an attribute of ONNX type ${type}` };
    }
  };
  return { key, attribute: value() };
}
