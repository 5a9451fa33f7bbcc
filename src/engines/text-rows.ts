import { SetosaError } from "../errors.ts";
import { stringsAttribute } from "../graph/attributes.ts";
import { isOpaque, type ValueInfo } from "../graph/graph.ts";
import { evaluateNode } from "../interpreter/interpret.ts";
import { formatShape } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { Division, TextPart } from "./text-part.ts";

/** The part of a graph that reads texts, evaluated for some rows: the values that it hands on, in their order. */
export type ReadTexts = (inputs: ReadonlyMap<string, Tensor>) => readonly Tensor[];

export function textReader(part: Pick<TextPart, "opsets" | "nodes" | "constants">, handedOn: readonly string[]): ReadTexts {
  const values = new Map<string, Tensor>();
  for (const [name, constant] of part.constants) if (!isOpaque(constant)) values.set(name, constant);
  const read = (name: string): Tensor => values.get(name) ?? refuse(`the value "${name}" is not made`);
  const steps = part.nodes.map((node) => ({ node, opset: part.opsets[node.domain] ?? Number.POSITIVE_INFINITY }));
  return (inputs) => {
    for (const [name, input] of inputs) values.set(name, input);
    for (const { node, opset } of steps) {
      const outputs = evaluateNode(
        node,
        node.inputs.map((input) => (input === "" ? undefined : read(input))),
        opset,
      );
      node.outputs.forEach((output, position) => {
        const value = outputs[position];
        if (value !== undefined) values.set(output, value);
      });
    }
    return handedOn.map(read);
  };
}

/** Rows to find out with what the part hands on: texts without, with one and with several words or numbers. */
const samples = ["", "a", "7", "12", "a b", "7 8 9", "Words, and more: 1.5 of them"];

/**
 * The values that the part hands on, as the kernel takes them: rows whose size is always the same. Seen on samples, each alone
 * and two together, because a tokenizer's width depends on the text.
 * @throws SetosaError OPERATOR_UNSUPPORTED where rows are not kept apart, or have no fixed size
 */
export function probeTexts(division: Division, inputs: readonly ValueInfo[], read: ReadTexts): readonly ValueInfo[] {
  const taken: Tensor[][] = [];
  const given: (readonly Tensor[])[] = [];
  let problem: SetosaError | undefined;
  // A stop word shows a list of rows that is taken for a list of words.
  const stopWords = division.texts.flatMap((node) => stringsAttribute(node, "stopwords")?.slice(0, 1) ?? []);
  for (const [index, text] of [...samples, ...stopWords].entries()) {
    const row = inputs.map((input) => sampleRow(input, text, index));
    const [outputs, error] = attempt(read, inputs, row);
    problem ??= error;
    if (outputs === undefined) continue;
    taken.push(row);
    given.push(outputs);
  }
  // A cast from texts takes numbers only; where no sample at all has a result, none can be expected.
  if (taken.length < 2) refuse(problem?.message.replace(/\.$/, "") ?? "it answers no sample");
  const [together] = attempt(read, inputs, joined(taken));
  if (together === undefined) return refuse("it takes one row only");
  return division.handedOn.map((name, position) => {
    const [first, ...others] = given.map((outputs) => outputs[position] as Tensor);
    if (first === undefined || first.shape[0] !== 1 || others.some(({ shape }) => formatShape(shape) !== formatShape(first.shape)))
      return refuse(`the size of "${name}" depends on the text`);
    const apart = [first, ...others].flatMap(({ data }) => Array.from<string | number>(data));
    const all = together[position] as Tensor;
    const isApart = Array.from<string | number>(all.data).every((value, index) => Object.is(value, apart[index]));
    if (!isApart || formatShape(all.shape) !== formatShape([taken.length, ...first.shape.slice(1)]))
      return refuse(`"${name}" does not keep rows apart`);
    return { name, dtype: first.dtype, shape: [null, ...first.shape.slice(1)] };
  });
}

function attempt(
  read: ReadTexts,
  inputs: readonly ValueInfo[],
  row: readonly Tensor[],
): readonly [readonly Tensor[] | undefined, SetosaError | undefined] {
  try {
    return [read(named(inputs, row)), undefined];
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    return [undefined, error];
  }
}

function named(inputs: readonly ValueInfo[], tensors: readonly Tensor[]): ReadonlyMap<string, Tensor> {
  return new Map(inputs.map(({ name }, position) => [name, tensors[position] as Tensor]));
}

/** An input `[rows, …]` of one row. */
export function rowShape({ name, shape }: ValueInfo): readonly number[] {
  const [first, ...rest] = shape;
  if (first === undefined || (typeof first === "number" && first !== 1)) refuse(`the first dimension of "${name}" is not the batch`);
  return [1, ...rest.map((size) => (typeof size === "number" ? size : refuse(`a dimension of "${name}" is unknown`)))];
}

function sampleRow(input: ValueInfo, text: string, number: number): Tensor {
  const row = tensor(input.dtype, rowShape(input)) as Tensor;
  if (row.dtype === "string") row.data.fill(text);
  else row.data.fill(row.dtype === "bool" ? number % 2 : number);
  return row;
}

function joined(rows: readonly (readonly Tensor[])[]): readonly Tensor[] {
  return (rows[0] ?? []).map(({ dtype, shape }, position) => {
    const parts = rows.flatMap((row) => Array.from<string | number>(row[position]?.data ?? []));
    const all = tensor(dtype, [rows.length, ...shape.slice(1)]) as Tensor;
    parts.forEach((value, index) => {
      all.data[index] = value;
    });
    return all;
  });
}

function refuse(why: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The part of the model that reads texts is not covered: ${why}.`);
}
