import { SetosaError } from "../errors.ts";
import { defaultSettings, type PerModel, type SchedulingSettings } from "../scheduling/settings.ts";
import type { OptionTable } from "./options.ts";

const list = { kind: "list", value: "N|MODEL=N" } as const;

/** How requests wait for models that answer later. Each takes a number for all models, and others for single ones. */
export const schedulingOptions = {
  "max-queue": { ...list, help: `requests that wait for a model on onnxruntime (${defaultSettings.queue.all})` },
  "max-queue-ms": { ...list, help: `wait that such a queue is held to while it does not empty (${defaultSettings.queueMilliseconds.all})` },
  "max-batch-rows": { ...list, help: `rows of several requests that it runs together; 1 for none (${defaultSettings.batchRows.all})` },
  "max-batch-delay-ms": { ...list, help: `time that a request waits for others although it could run (${defaultSettings.batchDelay.all})` },
  "onnxruntime-threads": { ...list, help: `threads of a model on onnxruntime, each with its weights (${defaultSettings.threads.all})` },
} as const satisfies OptionTable;

type Values = { readonly [Name in keyof typeof schedulingOptions]: readonly string[] | undefined };

/** @throws SetosaError ARGUMENT_INVALID */
export function readScheduling(values: Values): SchedulingSettings {
  const read = (option: keyof Values, usual: PerModel, least: number, most: number) =>
    perModel(`--${option}`, values[option] ?? [], usual, { least, most });
  return {
    queue: read("max-queue", defaultSettings.queue, 1, 1_000_000),
    queueMilliseconds: read("max-queue-ms", defaultSettings.queueMilliseconds, 1, 240_000),
    batchRows: read("max-batch-rows", defaultSettings.batchRows, 1, 1_000_000),
    batchDelay: read("max-batch-delay-ms", defaultSettings.batchDelay, 0, 10_000),
    threads: read("onnxruntime-threads", defaultSettings.threads, 1, 256),
  };
}

/** `64`, `digits=16`, or several of them: in options of their own, or with commas. */
function perModel(option: string, texts: readonly string[], usual: PerModel, { least, most }: { least: number; most: number }): PerModel {
  let { all } = usual;
  const byModel: Record<string, number> = { ...usual.byModel };
  for (const text of texts.flatMap((given) => given.split(","))) {
    const [, model, digits = ""] = /^(?:([A-Za-z0-9][A-Za-z0-9._-]{0,127})=)?(\d{1,9})$/.exec(text.trim()) ?? [];
    const value = digits === "" ? Number.NaN : Number(digits);
    if (!(value >= least && value <= most))
      throw new SetosaError("ARGUMENT_INVALID", `${option} is ${JSON.stringify(text)}.`, {
        path: option,
        hint: `Write a whole number of ${least} to ${most} for all models, or ${option} MODEL=NUMBER for one.`,
      });
    if (model === undefined) all = value;
    else byModel[model] = value;
  }
  return { all, byModel };
}
