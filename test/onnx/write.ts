import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { GraphParts } from "../../src/graph/build.ts";
import { type Attribute, isOpaque, type Node, type ValueInfo } from "../../src/graph/graph.ts";
import type { DType } from "../../src/tensor/dtype.ts";
import { onnxDTypes } from "../../src/tensor/onnx-dtypes.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

/** Writes graphs as ONNX files: models that tests and benchmarks make up. */

export interface OnnxParts extends GraphParts {
  readonly metadata?: Readonly<Record<string, string>>;
}

const dtypeNumbers = new Map<DType, number>([...onnxDTypes].map(([number, dtype]) => [dtype, number]));

export function writeOnnx(parts: OnnxParts): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int64(8);
  message(writer, 7, (graph) => writeGraph(graph, parts));
  for (const [domain, version] of Object.entries(parts.opsets))
    message(writer, 8, (opset) => text(opset, 1, domain).tag(2, WireType.Varint).int64(version));
  for (const [key, value] of Object.entries(parts.metadata ?? {})) message(writer, 14, (entry) => text(text(entry, 1, key), 2, value));
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => unknown): BinaryWriter {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  return writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value);
}

function writeGraph(writer: BinaryWriter, parts: GraphParts): void {
  for (const node of parts.nodes) message(writer, 1, (inner) => writeNode(inner, node));
  text(writer, 2, parts.name);
  for (const [name, constant] of parts.constants)
    if (!isOpaque(constant)) message(writer, 5, (inner) => writeTensor(inner, constant, name));
  for (const info of parts.inputs) message(writer, 11, (inner) => writeInfo(inner, info));
  for (const info of parts.outputs) message(writer, 12, (inner) => writeInfo(inner, info));
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.operator);
  for (const [name, attribute] of node.attributes)
    message(writer, 5, (inner) => {
      text(inner, 1, name);
      writeAttribute(inner, attribute);
    });
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, attribute: Attribute): void {
  const type = (number: number): BinaryWriter => writer.tag(20, WireType.Varint).int32(number);
  switch (attribute.kind) {
    case "float":
      type(1).tag(2, WireType.Bit32).float(attribute.value);
      return;
    case "int":
      type(2).tag(3, WireType.Varint).int64(attribute.value);
      return;
    case "string":
      text(type(3), 4, attribute.value);
      return;
    case "tensor":
      message(type(4), 5, (inner) => writeTensor(inner, attribute.value, ""));
      return;
    case "floats":
      type(6);
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      return;
    case "ints":
      type(7);
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      return;
    case "strings":
      type(8);
      for (const value of attribute.value) text(writer, 9, value);
      return;
    case "graph":
    case "opaque":
      throw new Error(`An attribute that is ${attribute.kind === "graph" ? "a subgraph" : attribute.what} cannot be written.`);
  }
}

function writeTensor(writer: BinaryWriter, { dtype, shape, data }: Tensor, name: string): void {
  for (const dimension of shape) writer.tag(1, WireType.Varint).int64(dimension);
  writer.tag(2, WireType.Varint).int32(dtypeNumbers.get(dtype) ?? 0);
  if (dtype === "string") for (const value of data) text(writer, 6, value);
  else if (dtype === "int64") message(writer, 7, (inner) => data.forEach((value) => inner.int64(value)));
  else writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  text(writer, 8, name);
}

function writeInfo(writer: BinaryWriter, { name, dtype, shape }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(dtypeNumbers.get(dtype) ?? 0);
      message(tensor, 2, (dimensions) => {
        for (const dimension of shape)
          message(dimensions, 1, (inner) => {
            if (typeof dimension === "number") inner.tag(1, WireType.Varint).int64(dimension);
            else if (dimension !== null) text(inner, 2, dimension);
          });
      });
    }),
  );
}
