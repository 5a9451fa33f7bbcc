import type { ControlState, IndexEntry, ModelControl } from "../../models/control.ts";
import type { ComparisonReport } from "../../models/repository/comparison.ts";
import type { Channel } from "./channel.ts";
import { type ControlCall, controlTopic } from "./control-call.ts";

/** Every worker may have to load a model, one after the other. */
const milliseconds = 10 * 60_000;

/** Control of the models of all workers, from one of them: the supervisor does it. */
export function remoteControl(channel: Pick<Channel, "call">): ModelControl {
  const call = (command: keyof ModelControl, ...values: unknown[]): Promise<unknown> =>
    channel.call(controlTopic, { command, values } satisfies ControlCall, milliseconds);
  const act =
    (command: keyof ModelControl) =>
    async (...values: unknown[]): Promise<void> => {
      await call(command, ...values);
    };
  return {
    index: () => call("index") as Promise<readonly IndexEntry[]>,
    comparison: (name) => call("comparison", name) as Promise<ComparisonReport | undefined>,
    state: () => call("state") as Promise<ControlState>,
    rescan: act("rescan"),
    load: act("load"),
    unload: act("unload"),
    promote: act("promote"),
    rollback: act("rollback"),
    canary: act("canary"),
    shadow: act("shadow"),
    clear: act("clear"),
    restore: act("restore"),
  };
}
