import { SetosaError } from "../../errors.ts";
import { type Constant, type Node, operatorName } from "../../graph/graph.ts";
import { controlOperators, operators } from "../../graph/operators.ts";
import { readNode } from "./node.ts";
import { readTensor } from "./tensor.ts";
import { type DeclaredValue, readValueInfo } from "./value-info.ts";
import { damaged, readBytes, readInteger, readMessage, readName, readText } from "./wire.ts";

/** A ModelProto as far as Setosa reads it. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
  /** By the name of the operator that they define. */
  readonly functions: ReadonlyMap<string, OnnxFunction>;
}

/** A function of the model itself: nodes call it as if it were an operator. */
export interface OnnxFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly nodes: readonly Node[];
}

/**
 * Reads an ONNX file.
 * @throws SetosaError MODEL_FILE_INVALID, MODEL_SHAPE_INVALID
 */
export function readOnnxModel(bytes: Uint8Array): OnnxModel {
  let irVersion = 0;
  let producer = "";
  const opsets: Record<string, number> = Object.create(null) as Record<string, number>;
  const metadata = new Map<string, string>();
  const functions = new Map<string, OnnxFunction>();
  let graph: OnnxGraph | undefined;
  readMessage(bytes, "model", (field, wire, reader) => {
    if (field === 1) irVersion = readInteger(reader, wire, "ir_version") ?? 0;
    else if (field === 2) producer = readName(reader, wire, "producer_name");
    else if (field === 7) {
      if (graph !== undefined) throw damaged("The model has two graphs.");
      graph = readGraph(readBytes(reader, wire, "the graph"));
    } else if (field === 8) {
      const { domain, version } = readOpset(readBytes(reader, wire, "an opset import"));
      opsets[domain] = version;
    } else if (field === 14) {
      const { key, value } = readEntry(readBytes(reader, wire, "a metadata entry"));
      metadata.set(key, value);
    } else if (field === 25) {
      const [called, made] = readFunction(readBytes(reader, wire, "a function"));
      functions.set(called, made);
    } else return false;
    return true;
  });
  if (graph === undefined) throw damaged("The model has no graph.");
  refuseShadowing(functions);
  return { irVersion, producer, opsets: { ...opsets }, metadata, graph, functions };
}

/** A GraphProto. */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  let name = "";
  const inputs: DeclaredValue[] = [];
  const outputs: DeclaredValue[] = [];
  const constants = new Map<string, Constant>();
  const nodes: Node[] = [];
  const define = (constant: string, value: Constant): void => {
    if (constants.has(constant)) throw damaged(`The graph has the constant "${constant}" twice.`);
    constants.set(constant, value);
  };
  readMessage(bytes, "graph", (field, wire, reader) => {
    if (field === 1) nodes.push(readNode(readBytes(reader, wire, "a node")));
    else if (field === 2) name = readName(reader, wire, "the graph's name");
    else if (field === 5) {
      const { name: constant, constant: value } = readTensor(readBytes(reader, wire, "an initializer"));
      define(constant, value);
    } else if (field === 11) inputs.push(readValueInfo(readBytes(reader, wire, "an input")));
    else if (field === 12) outputs.push(readValueInfo(readBytes(reader, wire, "an output")));
    else if (field === 15)
      define(readSparseName(readBytes(reader, wire, "a sparse initializer")), { kind: "opaque", what: "a sparse tensor" });
    else return false;
    return true;
  });
  // Before IR version 4 every initializer was also listed as an input, which a caller could override.
  return { name, inputs: inputs.filter((input) => !constants.has(input.name)), outputs, constants, nodes };
}

/** A SparseTensorProto is named by its values. */
function readSparseName(bytes: Uint8Array): string {
  let name = "";
  readMessage(bytes, "sparse tensor", (field, wire, reader) => {
    if (field !== 1) return false;
    name = readTensor(readBytes(reader, wire, "a sparse tensor's values")).name;
    return true;
  });
  return name;
}

/** A FunctionProto, and the name of the operator that it defines. */
function readFunction(bytes: Uint8Array): readonly [string, OnnxFunction] {
  let operator = "";
  let domain = "";
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: Node[] = [];
  readMessage(bytes, "function", (field, wire, reader) => {
    if (field === 1) operator = readName(reader, wire, "a function's name");
    else if (field === 4) inputs.push(readName(reader, wire, "a function's input"));
    else if (field === 5) outputs.push(readName(reader, wire, "a function's output"));
    else if (field === 7) nodes.push(readNode(readBytes(reader, wire, "a function's node")));
    else if (field === 10) domain = readName(reader, wire, "a function's domain");
    else return false;
    return true;
  });
  return [operatorName({ operator, domain: domain === "ai.onnx" ? "" : domain }), { inputs, outputs, nodes }];
}

/** A model may define its own `Add`, and engines that know the operator would not look. */
function refuseShadowing(functions: ReadonlyMap<string, OnnxFunction>): void {
  const shadowed = [...operators, ...controlOperators].find((operator) => functions.has(operator));
  if (shadowed !== undefined)
    throw new SetosaError("MODEL_GRAPH_INVALID", `The model defines a function with the name of the operator ${shadowed}.`, {
      path: shadowed,
      hint: "Export the model again without functions that replace standard operators.",
    });
}

function readOpset(bytes: Uint8Array): { readonly domain: string; readonly version: number } {
  let domain = "";
  let version = 0;
  readMessage(bytes, "opset import", (field, wire, reader) => {
    if (field === 1) domain = readName(reader, wire, "an opset's domain");
    else if (field === 2) version = readInteger(reader, wire, "an opset's version") ?? 0;
    else return false;
    return true;
  });
  return { domain: domain === "ai.onnx" ? "" : domain, version };
}

function readEntry(bytes: Uint8Array): { readonly key: string; readonly value: string } {
  let key = "";
  let value = "";
  readMessage(bytes, "metadata entry", (field, wire, reader) => {
    if (field === 1) key = readName(reader, wire, "a metadata key");
    else if (field === 2) value = readText(reader, wire, "a metadata value");
    else return false;
    return true;
  });
  return { key, value };
}
