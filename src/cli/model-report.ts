import type { Signature } from "../graph/signature.ts";
import type { Model } from "../models/model.ts";
import { paint } from "./paint.ts";

/** More features or classes than this are counted instead of named. */
const namedAtMost = 4;

export interface TableOptions {
  readonly isDefault: (model: Model) => boolean;
  readonly color: boolean;
  /** How wide a line may be. */
  readonly columns: number;
}

/** A line for each model: its name, what runs it, how long it took to load, whether it was checked, what it takes and answers. */
export function modelTable(models: readonly Model[], { isDefault, color, columns }: TableOptions): string[] {
  const rows = models.map((model) => ({
    model,
    name: `${model.name} ${model.version}${isDefault(model) ? " (default)" : ""}`,
    time: `${model.loadMilliseconds.toFixed(0)} ms`,
    parity: parityText(model),
  }));
  const width = (text: (row: (typeof rows)[number]) => string) => Math.max(0, ...rows.map((row) => text(row).length));
  const [names, engines, times, parities] = [
    width(({ name }) => name),
    width(({ model }) => model.engine.kind),
    width(({ time }) => time),
    width(({ parity }) => parity),
  ];
  const left = columns - (names + engines + times + parities + 10);
  return rows.map(({ model, name, time, parity }) => {
    const engine = paint(model.engine.kind.padEnd(engines), model.engine.kind === "compiled" ? "green" : "yellow", color);
    const checked = model.parity === undefined ? paint(parity.padEnd(parities), "yellow", color) : parity.padEnd(parities);
    return `  ${paint(name.padEnd(names), "bold", color)}  ${engine}  ${time.padStart(times)}  ${checked}  ${shortened(interfaceText(model.signature), left)}`;
  });
}

/** Why which engine runs them, and with which queue: each reason once. */
export function engineLines(models: readonly Model[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, engine } of models) {
    const queue = engine.queue === undefined ? "" : `: ${threadsText(engine.parallel ?? 1)}, ${engine.queue.batching}`;
    const reason = `${engine.kind} (${engine.reason})${queue}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `  ${byReason.size === 1 ? "" : `${listed(names)}: `}${reason}`);
}

function listed(all: readonly string[]): string {
  return all.length <= namedAtMost ? all.join(", ") : `${all.slice(0, namedAtMost).join(", ")} and ${all.length - namedAtMost} more`;
}

function shortened(text: string, columns: number): string {
  return text.length <= columns || columns < 10 ? text : `${text.slice(0, columns - 1)}…`;
}

function threadsText(threads: number): string {
  return threads === 1 ? "one thread" : `${threads} threads`;
}

/** `4 features → Iris-Setosa, Iris-Versicolor, Iris-Virginica` */
export function interfaceText({ features, task }: Signature): string {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection":
      return `${count(features.length, "feature")} → ${names(task.classes.map(String), "classes")}`;
    case "multioutput_classification":
      return `${count(features.length, "feature")} → ${names(
        task.outputs.map(({ name }) => name),
        "labels",
      )}`;
    case "regression":
    case "transformation":
      return `${count(features.length, "feature")} → ${names(task.targets, "values")}`;
    case "tensors":
      return "tensors → tensors, as the graph has them";
  }
}

/** `parity 20/20`, loud where nothing was checked. */
export function parityText({ parity }: Model): string {
  return parity === undefined ? "PARITY NOT CHECKED" : `parity ${parity.passed}/${parity.rows}`;
}

function names(list: readonly string[], what: string): string {
  return list.length <= namedAtMost ? list.join(", ") : `${list.length} ${what}: ${list.slice(0, namedAtMost).join(", ")}, …`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
