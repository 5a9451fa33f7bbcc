import { defaultScheduling, type SchedulingOptions } from "./options.ts";

/** A number for all models, and others for those that are named. Plain data: it goes from process to process. */
export interface PerModel {
  readonly all: number;
  readonly byModel: Readonly<Record<string, number>>;
}

/** What a server was told about how requests wait for models that answer later, and how many threads these have. */
export interface SchedulingSettings {
  readonly threads: PerModel;
  readonly queue: PerModel;
  readonly queueMilliseconds: PerModel;
  readonly batchRows: PerModel;
  readonly batchDelay: PerModel;
}

export const defaultThreads = 1;

export const defaultSettings: SchedulingSettings = {
  threads: forAll(defaultThreads),
  queue: forAll(defaultScheduling.queue),
  queueMilliseconds: forAll(defaultScheduling.queueMilliseconds),
  batchRows: forAll(defaultScheduling.batchRows),
  batchDelay: forAll(defaultScheduling.batchDelay),
};

export function forAll(all: number): PerModel {
  return { all, byModel: {} };
}

export function settingFor({ all, byModel }: PerModel, model: string): number {
  return (Object.hasOwn(byModel, model) ? byModel[model] : undefined) ?? all;
}

export function schedulingFor(settings: SchedulingSettings, model: string): SchedulingOptions {
  return {
    queue: settingFor(settings.queue, model),
    queueMilliseconds: settingFor(settings.queueMilliseconds, model),
    batchRows: settingFor(settings.batchRows, model),
    batchDelay: settingFor(settings.batchDelay, model),
  };
}
