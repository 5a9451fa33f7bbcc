import type { RowKernel, RowOutput } from "../engines/engine.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { type Signature, scoreColumns, type Task } from "../graph/signature.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * A model's answers to some rows, by column. From a kernel the arrays are views that its next run
 * overwrites: read them before anything else is predicted.
 */
export interface Answers {
  readonly rows: number;
  /** Each row's class, as a position in the signature's classes; where rows have several labels, one after the other. */
  readonly labels?: Int32Array;
  /** `rows` × `width`: scores by class, or values by target. */
  readonly scores?: Float32Array | Float64Array;
  readonly width: number;
}

/** Labels below this, or this many texts, are looked up in a list. */
const mostListed = 256;

type LabelOf = (value: number | string) => number;

/** From what the graph's label output holds to the position of the class, by label of a row. Labels are never derived from the scores. */
function labelReaders(task: Task): readonly LabelOf[] {
  if ("outputs" in task) return task.outputs.map(({ labels }) => labelReader(labels));
  return "labels" in task ? [labelReader(task.labels)] : [];
}

function labelReader(labels: readonly (string | number)[]): LabelOf {
  const positions = new Map(labels.map((label, position) => [label, position]));
  return (value) => {
    const position = positions.get(value);
    if (position === undefined)
      throw new SetosaError("ENGINE_FAILED", `The model answers the label ${JSON.stringify(value)}, which is none of its classes.`);
    return position;
  };
}

function outputPositions(graph: Pick<Graph, "outputs">, task: Task): { readonly label: number; readonly scores: number } {
  const position = (name: string | undefined): number => graph.outputs.findIndex((output) => output.name === name);
  if (task.kind === "tensors") return { label: -1, scores: -1 };
  return "value" in task ? { label: -1, scores: position(task.value) } : { label: position(task.label), scores: position(task.scores) };
}

/** Reads answers out of an engine's output tensors. */
export function tensorAnswers(graph: Graph, signature: Signature): (outputs: readonly Tensor[], rows: number) => Answers {
  const { task } = signature;
  const { label, scores } = outputPositions(graph, task);
  const width = scoreColumns(task);
  const labelsOf = labelReaders(task);
  return (outputs, rows) => {
    const labels = outputs[label]?.data;
    const values = outputs[scores]?.data;
    if ((labels !== undefined && labels.length !== rows * labelsOf.length) || (scores >= 0 && values?.length !== rows * width))
      throw new SetosaError("ENGINE_FAILED", `The model's outputs are not those of ${rows} rows.`);
    return {
      rows,
      width,
      ...(labels === undefined
        ? {}
        : {
            labels: Int32Array.from(labels as ArrayLike<number | string>, (label, index) =>
              (labelsOf[index % labelsOf.length] as LabelOf)(label),
            ),
          }),
      ...(values === undefined
        ? {}
        : {
            scores:
              values instanceof Float32Array || values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number>),
          }),
    };
  };
}

/** Reads answers out of a kernel's memory. */
export interface KernelAnswers {
  /** After a run of one row; the same object every time. */
  one(): Answers;
  /** After a run of `rows` rows: copied into `answers` from its row `from` on. */
  copy(answers: Answers, from: number, rows: number): void;
  /** Room for the answers to so many rows. */
  allocate(rows: number): Answers;
}

export function kernelAnswers(kernel: RowKernel, graph: Pick<Graph, "outputs">, signature: Pick<Signature, "task">): KernelAnswers {
  const { task } = signature;
  const positions = outputPositions(graph, task);
  const width = scoreColumns(task);
  const label = kernel.outputs[positions.label];
  const scores = kernel.outputs[positions.scores];
  if (scores !== undefined && scores.width !== width)
    throw new SetosaError(
      "MODEL_SIGNATURE_INVALID",
      `The model's signature names ${width} classes or targets, and its graph gives ${scores.width} scores.`,
    );
  const labelsOf = label === undefined ? [] : labelReaders(task);
  const count = labelsOf.length;
  if (label !== undefined && label.width !== count)
    throw new SetosaError(
      "MODEL_SIGNATURE_INVALID",
      `The model's signature names ${count} labels per row, and its graph gives ${label.width}.`,
    );
  const readLabel = label === undefined ? undefined : kernelLabelReader(label, labelsOf);
  const data = scores?.data;
  const floats = data instanceof Float32Array || data instanceof Float64Array ? data : undefined;

  const allocate = (rows: number): Answers => ({
    rows,
    width,
    ...(readLabel === undefined ? {} : { labels: new Int32Array(rows * count) }),
    ...(floats === undefined
      ? {}
      : { scores: floats instanceof Float32Array ? new Float32Array(rows * width) : new Float64Array(rows * width) }),
  });
  const single: Answers = { ...allocate(1), ...(floats === undefined ? {} : { scores: floats.subarray(0, width) }) };
  return {
    allocate,
    one: () => {
      if (single.labels !== undefined && readLabel !== undefined)
        for (let index = 0; index < count; index++) single.labels[index] = readLabel(index);
      return single;
    },
    copy: (answers, from, rows) => {
      if (answers.labels !== undefined && readLabel !== undefined)
        for (let index = 0; index < rows * count; index++) answers.labels[from * count + index] = readLabel(index);
      if (floats !== undefined) answers.scores?.set(floats.subarray(0, rows * width), from * width);
    },
  };
}

/** The position of the class at an index of the kernel's label output. */
function kernelLabelReader({ data, strings }: RowOutput, labelsOf: readonly LabelOf[]): (index: number) => number {
  const value: (index: number) => number | string =
    strings === undefined ? (index) => data[index] as number | string : (index) => strings[data[index] as number] ?? "";
  const [only] = labelsOf;
  if (only !== undefined && labelsOf.length === 1 && Array.isArray(data)) return (index) => only(value(index));
  if (only === undefined || labelsOf.length > 1) return (index) => (labelsOf[index % labelsOf.length] as LabelOf)(value(index));
  // Looked up by what the kernel holds, a place in a list instead of a key in a map: batches read a label for every row.
  const known: number[] = [];
  return (index) => {
    const held = data[index] as number;
    const position = known[held];
    if (position !== undefined) return position;
    const found = only(value(index));
    if (held >= 0 && held < mostListed && Number.isInteger(held)) known[held] = found;
    return found;
  };
}
