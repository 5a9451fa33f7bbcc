import type { Engine } from "../engines/engine.ts";
import type { Time } from "../scheduling/options.ts";
import { ScheduledEngine } from "../scheduling/scheduled-engine.ts";
import { type SchedulingSettings, schedulingFor } from "../scheduling/settings.ts";
import { type RowsModel, whyRowsStayAlone } from "./keeps-rows-apart.ts";

export interface Scheduling {
  readonly settings: SchedulingSettings;
  readonly time: Time;
}

/** The engine behind a queue, where it answers later. A kernel answers at once, so that nothing ever waits for it. */
export async function scheduledEngine(engine: Engine, name: string, model: RowsModel, { settings, time }: Scheduling): Promise<Engine> {
  if (engine.kernel !== undefined) return engine;
  const options = schedulingFor(settings, name);
  if (options.batchRows === 1) return new ScheduledEngine(engine, { ...options, ...time, batching: "every request alone, as asked for" });
  const why = await whyRowsStayAlone(model, engine);
  return why === undefined
    ? new ScheduledEngine(engine, { ...options, ...time, batching: `up to ${options.batchRows} rows together` })
    : new ScheduledEngine(engine, { ...options, batchRows: 1, ...time, batching: `every request alone: ${why}` });
}
