import type { Engine } from "../engines/engine.ts";
import type { Time } from "../scheduling/options.ts";
import { ScheduledEngine } from "../scheduling/scheduled-engine.ts";
import { defaultThreads, type SchedulingSettings, schedulingFor, settingFor } from "../scheduling/settings.ts";
import { type RowsModel, whyRowsStayAlone } from "./keeps-rows-apart.ts";

export interface Scheduling {
  readonly settings: SchedulingSettings;
  readonly time: Time;
}

/** Threads of a model on onnxruntime. */
export function threadsFor(name: string, scheduling: Scheduling | undefined): number {
  return scheduling === undefined ? defaultThreads : settingFor(scheduling.settings.threads, name);
}

/**
 * The engine behind a queue, where it answers later and there is to be one. A kernel answers at once, so that nothing ever waits
 * for it.
 */
export async function scheduledEngine(
  engine: Engine,
  model: RowsModel & { readonly name: string },
  scheduling: Scheduling | undefined,
): Promise<Engine> {
  if (engine.kernel !== undefined || scheduling === undefined) return engine;
  const { settings, time } = scheduling;
  const options = schedulingFor(settings, model.name);
  if (options.batchRows === 1) return new ScheduledEngine(engine, { ...options, ...time, batching: "every request alone, as asked for" });
  const why = await whyRowsStayAlone(model, engine);
  return why === undefined
    ? new ScheduledEngine(engine, { ...options, ...time, batching: `up to ${options.batchRows} rows together` })
    : new ScheduledEngine(engine, { ...options, batchRows: 1, ...time, batching: `every request alone: ${why}` });
}
