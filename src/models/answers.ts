import type { Kernel, KernelOutput } from "../engines/engine.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Signature, Task } from "../graph/signature.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * A model's answers to some rows, by column. From a kernel the arrays are views that its next run
 * overwrites: read them before anything else is predicted.
 */
export interface Answers {
  readonly rows: number;
  /** For a classification: each row's class, as a position in the signature's classes. */
  readonly labels?: Int32Array;
  /** `rows` × `width`: scores by class, or a regression's values by target. */
  readonly scores?: Float32Array | Float64Array;
  readonly width: number;
}

type LabelOf = (value: number | string) => number;

/** From what the graph's label output holds to the position of the class. The label is never derived from the scores. */
function labelReader(task: Extract<Task, { kind: "classification" }>): LabelOf {
  const positions = new Map(task.labels.map((label, position) => [label, position]));
  return (value) => {
    const position = positions.get(value);
    if (position === undefined)
      throw new SetosaError("ENGINE_FAILED", `The model answers the label ${JSON.stringify(value)}, which is none of its classes.`);
    return position;
  };
}

function outputPositions(graph: Graph, task: Task): { readonly label: number; readonly scores: number } {
  const position = (name: string | undefined): number => graph.outputs.findIndex((output) => output.name === name);
  if (task.kind === "classification") return { label: position(task.label), scores: position(task.scores) };
  return { label: -1, scores: task.kind === "regression" ? position(task.value) : -1 };
}

/** Columns of the scores: one per class, or per target. */
export function scoreWidth({ task }: Signature): number {
  if (task.kind === "classification") return task.scores === undefined ? 0 : task.classes.length;
  return task.kind === "regression" ? task.targets.length : 0;
}

/** Reads answers out of an engine's output tensors. */
export function tensorAnswers(graph: Graph, signature: Signature): (outputs: readonly Tensor[], rows: number) => Answers {
  const { task } = signature;
  const { label, scores } = outputPositions(graph, task);
  const width = scoreWidth(signature);
  const labelOf = task.kind === "classification" ? labelReader(task) : undefined;
  return (outputs, rows) => {
    const labels = outputs[label]?.data;
    const values = outputs[scores]?.data;
    if ((labels !== undefined && labels.length !== rows) || (scores >= 0 && values?.length !== rows * width))
      throw new SetosaError("ENGINE_FAILED", `The model's outputs are not those of ${rows} rows.`);
    return {
      rows,
      width,
      ...(labels === undefined || labelOf === undefined ? {} : { labels: Int32Array.from(labels as ArrayLike<number | string>, labelOf) }),
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

export function kernelAnswers(kernel: Kernel, graph: Graph, signature: Signature): KernelAnswers {
  const { task } = signature;
  const positions = outputPositions(graph, task);
  const width = scoreWidth(signature);
  const label = kernel.outputs[positions.label];
  const scores = kernel.outputs[positions.scores];
  if (scores !== undefined && scores.width !== width)
    throw new SetosaError(
      "MODEL_SIGNATURE_INVALID",
      `The model's signature names ${width} classes or targets, and its graph gives ${scores.width} scores.`,
    );
  const labelOf = label === undefined || task.kind !== "classification" ? undefined : kernelLabelReader(label, labelReader(task));
  const data = scores?.data;
  const floats = data instanceof Float32Array || data instanceof Float64Array ? data : undefined;

  const allocate = (rows: number): Answers => ({
    rows,
    width,
    ...(labelOf === undefined ? {} : { labels: new Int32Array(rows) }),
    ...(floats === undefined
      ? {}
      : { scores: floats instanceof Float32Array ? new Float32Array(rows * width) : new Float64Array(rows * width) }),
  });
  const single: Answers = { ...allocate(1), ...(floats === undefined ? {} : { scores: floats.subarray(0, width) }) };
  return {
    allocate,
    one: () => {
      if (single.labels !== undefined && labelOf !== undefined) single.labels[0] = labelOf(0);
      return single;
    },
    copy: (answers, from, rows) => {
      if (answers.labels !== undefined && labelOf !== undefined)
        for (let row = 0; row < rows; row++) answers.labels[from + row] = labelOf(row);
      if (floats !== undefined) answers.scores?.set(floats.subarray(0, rows * width), from * width);
    },
  };
}

/** The class of a row, from the kernel's label output. */
function kernelLabelReader({ data, strings }: KernelOutput, labelOf: LabelOf): (row: number) => number {
  if (strings === undefined) return (row) => labelOf(data[row] as number);
  return (row) => labelOf(strings[data[row] as number] ?? "");
}
