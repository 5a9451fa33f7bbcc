import type { Kernel } from "../compiler/kernel.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { RowInput, RowKernel, RowOutput } from "./engine.ts";
import { type Division, inputsOf, type TextPart } from "./text-part.ts";
import { probeTexts, rowShape, textReader } from "./text-rows.ts";
import { writeRows } from "./write-rows.ts";

/** An input that the texts' part reads. */
interface Staged extends RowInput {
  readonly shape: readonly number[];
  /** The kernel's own input of that name, where it reads it as well. */
  readonly kernel: RowInput | undefined;
}

/**
 * The part of a model that reads texts, and the rest as a graph of its own, which takes what the part hands on.
 * @throws SetosaError OPERATOR_UNSUPPORTED
 */
export function separateTexts(graph: Graph, division: Division): { readonly texts: TextPart; readonly rest: Graph } {
  const nodes = division.texts;
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const { opsets, inputs, outputs } = graph;
  const part = { opsets, inputs, outputs, nodes, constants: new Map([...graph.constants].filter(([name]) => read.has(name))) };
  const textInputs = inputsOf(graph, nodes);
  const handedOn = probeTexts(division, textInputs, textReader(part, division.handedOn));
  // A kernel has no texts to give: one that is an output comes from the part.
  const isText = (name: string): boolean => handedOn.some((value) => value.name === name && value.dtype === "string");
  const restInputs = new Set(inputsOf(graph, division.rest).map(({ name }) => name));
  const isRest = (name: string): boolean => restInputs.has(name) || !textInputs.some((input) => input.name === name);
  return {
    texts: { ...part, handedOn },
    rest: {
      ...graph,
      inputs: [...inputs.filter(({ name }) => isRest(name)), ...handedOn],
      outputs: outputs.filter(({ name }) => !isText(name)),
      nodes: division.rest,
    },
  };
}

/**
 * A kernel for a model that reads texts: the interpreter evaluates the part that does, row by row, and
 * hands its values on to the compiled rest.
 */
export function textKernel(part: TextPart, kernel: Kernel): RowKernel {
  const { handedOn } = part;
  const textInputs = inputsOf(part, part.nodes);
  const read = textReader(
    part,
    handedOn.map(({ name }) => name),
  );
  const isText = (name: string): boolean => handedOn.some((value) => value.name === name && value.dtype === "string");
  const { capacity } = kernel;
  const kernelInput = (name: string): RowInput | undefined => kernel.inputs.find((input) => input.info.name === name);

  const staged = textInputs.map((info): Staged => {
    const shape = rowShape(info);
    const width = shape.reduce((product, size) => product * size, 1);
    return { info, width, shape, data: allocate(info.dtype, capacity * width), kernel: kernelInput(info.name) };
  });
  const outputs = part.outputs.map((info): RowOutput => {
    if (!isText(info.name)) return kernel.outputs.find((output) => output.info.name === info.name) as RowOutput;
    const declared = handedOn.find(({ name }) => name === info.name);
    const width = (declared?.shape ?? []).slice(1).reduce<number>((product, size) => product * Number(size), 1);
    const shape = ["rows" as const, ...(declared?.shape ?? []).slice(1).map(Number)];
    return { info, width, shape, data: allocate("string", capacity * width) };
  });
  const targets = handedOn.map(({ name }) =>
    [kernelInput(name), outputs.find(({ info }) => info.name === name && isText(name))].filter((target) => target !== undefined),
  );

  return {
    capacity,
    inputs: part.inputs.map((info) => staged.find((input) => input.info.name === info.name) ?? (kernelInput(info.name) as RowInput)),
    outputs,
    products: kernel.products,
    run: (rows) => {
      for (let row = 0; row < rows; row++)
        read(new Map(staged.map((input) => [input.info.name, rowOf(input, row)]))).forEach((value, position) => {
          for (const target of targets[position] ?? []) writeRow(target, value, row);
        });
      for (const input of staged) if (input.kernel !== undefined) writeRows(input.kernel, input.data, 0, rows);
      kernel.run(rows);
    },
  };
}

function rowOf({ info, shape, width, data }: Staged, row: number): Tensor {
  return { dtype: info.dtype, shape, data: data.slice(row * width, (row + 1) * width) } as Tensor;
}

/** The samples have shown one size; a text that gives another one has no answer. */
function writeRow(target: RowInput | RowOutput, { data }: Tensor, row: number): void {
  if (data.length !== target.width)
    throw new SetosaError("ENGINE_FAILED", `The model makes ${data.length} values of a text, and takes ${target.width}.`, {
      path: target.info.name,
    });
  writeRows(target, data, 0, 1, row);
}
