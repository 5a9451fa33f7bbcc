import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { OnnxGraph } from "./model.ts";
import { readNode } from "./node.ts";
import { rewrite } from "./rewrite.ts";
import { type DeclaredValue, readValueInfo } from "./value-info.ts";
import { WireType } from "./wire.ts";

/** What a removed ZipMap said. */
export interface ZipMap {
  /** The value with the scores, that it made a list of maps of. */
  readonly input: string;
  readonly output: string;
  readonly classes: readonly (string | number)[];
  /** Whether the input has to be declared as an output in its place. */
  readonly declares: boolean;
}

function isZipMap({ domain, operator }: { readonly domain: string; readonly operator: string }): boolean {
  return domain === "ai.onnx.ml" && operator === "ZipMap";
}

/**
 * Takes out the ZipMap that skl2onnx appends by default: it turns scores into a list of maps, which
 * no tensor engine returns. Its input becomes the graph's output.
 */
export function removeZipMap(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly zipMap: ZipMap | undefined } {
  const zipMaps = graph.nodes.filter(isZipMap);
  if (zipMaps.length === 0) return { graph, zipMap: undefined };
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  // One whose list of maps another node reads has to stay.
  const node = zipMaps.find(({ outputs: [made = ""] }) => outputs.has(made) && !read.has(made));
  const [input] = node?.inputs ?? [];
  const [output] = node?.outputs ?? [];
  if (node === undefined || input === undefined || output === undefined) return { graph, zipMap: undefined };
  const strings = stringsAttribute(node, "classlabels_strings") ?? [];
  const classes = strings.length > 0 ? strings : Array.from(intsAttribute(node, "classlabels_int64s") ?? []);
  const zipMap: ZipMap = { input, output, classes, declares: !outputs.has(input) };
  return {
    zipMap,
    graph: {
      ...graph,
      nodes: graph.nodes.filter((other) => other !== node),
      outputs: graph.outputs.flatMap((declared): DeclaredValue[] => {
        if (declared.name !== output) return [declared];
        return zipMap.declares ? [{ name: input, dtype: "float32", type: "tensor", shape: [null, columnsOf(zipMap)] }] : [];
      }),
    },
  };
}

/** The number of scores in a row, where the labels tell. */
function columnsOf({ classes }: ZipMap): number | null {
  return classes.length === 0 ? null : classes.length;
}

/** The same on the file's bytes; every other field is copied as it is. */
export function withoutZipMap(bytes: Uint8Array, zipMap: ZipMap): Uint8Array {
  return rewrite(bytes, "model", (field, content) => (field === 7 ? rewriteGraph(content, zipMap) : content));
}

function rewriteGraph(bytes: Uint8Array, zipMap: ZipMap): Uint8Array {
  return rewrite(bytes, "graph", (field, content) => {
    if (field === 1) {
      const node = readNode(content);
      return isZipMap(node) && node.outputs[0] === zipMap.output ? undefined : content;
    }
    if (field === 12 && readValueInfo(content).name === zipMap.output) return zipMap.declares ? scoresDeclaration(zipMap) : undefined;
    return content;
  });
}

/** ValueInfoProto { name, type { tensor_type { elem_type: FLOAT, shape { dim {}, dim { classes } } } } }. */
function scoresDeclaration(zipMap: ZipMap): Uint8Array {
  const message = (field: number, content: (writer: BinaryWriter) => BinaryWriter) => (writer: BinaryWriter) =>
    content(writer.tag(field, WireType.LengthDelimited).fork()).join();
  const batch = message(1, (dim) => dim);
  const width = columnsOf(zipMap);
  const columns = message(1, (dim) => (width === null ? dim : dim.tag(1, WireType.Varint).int64(width)));
  const shape = message(2, (dims) => columns(batch(dims)));
  const tensor = message(1, (type) => shape(type.tag(1, WireType.Varint).int32(1)));
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(zipMap.input);
  return message(2, tensor)(writer).finish();
}
