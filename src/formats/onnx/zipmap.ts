import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { OnnxGraph } from "./model.ts";
import { readNode } from "./node.ts";
import { readBytes, readMessage, WireType } from "./wire.ts";

/** What a removed ZipMap said. */
export interface ZipMap {
  /** The value with the scores, that it made a list of maps of. */
  readonly input: string;
  readonly output: string;
  readonly classes: readonly (string | number)[];
}

function isZipMap({ domain, operator }: { readonly domain: string; readonly operator: string }): boolean {
  return domain === "ai.onnx.ml" && operator === "ZipMap";
}

/**
 * Takes out the ZipMap that skl2onnx appends by default: it turns scores into a list of maps, which
 * no tensor engine returns. Its input becomes the graph's output.
 */
export function removeZipMap(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly zipMap: ZipMap | undefined } {
  const node = graph.nodes.find(isZipMap);
  const [input] = node?.inputs ?? [];
  const [output] = node?.outputs ?? [];
  if (node === undefined || input === undefined || output === undefined || !graph.outputs.some(({ name }) => name === output))
    return { graph, zipMap: undefined };
  const strings = stringsAttribute(node, "classlabels_strings") ?? [];
  const classes = strings.length > 0 ? strings : Array.from(intsAttribute(node, "classlabels_int64s") ?? []);
  const zipMap = { input, output, classes };
  return {
    zipMap,
    graph: {
      ...graph,
      nodes: graph.nodes.filter((other) => other !== node),
      outputs: graph.outputs.map((declared) =>
        declared.name === output ? { name: input, dtype: "float32", type: "tensor", shape: [null, classes.length] } : declared,
      ),
    },
  };
}

/** The same on the file's bytes; every other field is copied as it is. */
export function withoutZipMap(bytes: Uint8Array, zipMap: ZipMap): Uint8Array {
  return rewrite(bytes, "model", (field, content) => (field === 7 ? rewriteGraph(content, zipMap) : content));
}

function rewriteGraph(bytes: Uint8Array, zipMap: ZipMap): Uint8Array {
  return rewrite(bytes, "graph", (field, content) => {
    if (field === 1) return isZipMap(readNode(content)) ? undefined : content;
    if (field === 12 && nameOf(content) === zipMap.output) return scoresDeclaration(zipMap);
    return content;
  });
}

/** Copies a message; `change` sees every length-delimited field and gives its new content, or undefined to drop it. */
function rewrite(bytes: Uint8Array, what: string, change: (field: number, content: Uint8Array) => Uint8Array | undefined): Uint8Array {
  const writer = new BinaryWriter();
  readMessage(bytes, what, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) {
      writer.tag(field, wire).raw(reader.skip(wire, field));
      return true;
    }
    const content = change(field, reader.bytes());
    if (content !== undefined) writer.tag(field, wire).bytes(content);
    return true;
  });
  return writer.finish();
}

function nameOf(valueInfo: Uint8Array): string | undefined {
  let name: string | undefined;
  readMessage(valueInfo, "output", (field, wire, reader) => {
    if (field !== 1) return false;
    name = new TextDecoder().decode(readBytes(reader, wire, "an output's name"));
    return true;
  });
  return name;
}

/** ValueInfoProto { name, type { tensor_type { elem_type: FLOAT, shape { dim {}, dim { classes } } } } }. */
function scoresDeclaration({ input, classes }: ZipMap): Uint8Array {
  const message = (field: number, content: (writer: BinaryWriter) => BinaryWriter) => (writer: BinaryWriter) =>
    content(writer.tag(field, WireType.LengthDelimited).fork()).join();
  const batch = message(1, (dim) => dim);
  const columns = message(1, (dim) => dim.tag(1, WireType.Varint).int64(classes.length));
  const shape = message(2, (dims) => columns(batch(dims)));
  const tensor = message(1, (type) => shape(type.tag(1, WireType.Varint).int32(1)));
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(input);
  return message(2, tensor)(writer).finish();
}
