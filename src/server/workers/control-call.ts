import { SetosaError } from "../../errors.ts";
import type { ModelControl } from "../../models/control.ts";

export const controlTopic = "models.control";

/** A command of ModelControl, as it crosses to another process. */
export interface ControlCall {
  readonly command: keyof ModelControl;
  readonly values: readonly unknown[];
}

type Run = (control: ModelControl, values: readonly never[]) => Promise<unknown>;

/** Closed: a new command does not compile until it is here. */
const commands: Readonly<Record<keyof ModelControl, Run>> = {
  index: (control) => control.index(),
  rescan: (control) => control.rescan(),
  load: (control, values) => control.load(...(values as unknown as Parameters<ModelControl["load"]>)),
  unload: (control, values) => control.unload(...(values as unknown as Parameters<ModelControl["unload"]>)),
  promote: (control, values) => control.promote(...(values as unknown as Parameters<ModelControl["promote"]>)),
  rollback: (control, values) => control.rollback(...(values as unknown as Parameters<ModelControl["rollback"]>)),
  canary: (control, values) => control.canary(...(values as unknown as Parameters<ModelControl["canary"]>)),
  shadow: (control, values) => control.shadow(...(values as unknown as Parameters<ModelControl["shadow"]>)),
  clear: (control, values) => control.clear(...(values as unknown as Parameters<ModelControl["clear"]>)),
  comparison: (control, values) => control.comparison(...(values as unknown as Parameters<ModelControl["comparison"]>)),
  state: (control) => control.state(),
  restore: (control, values) => control.restore(...(values as unknown as Parameters<ModelControl["restore"]>)),
};

/** Does in this process what the supervisor's control asks for. */
export function runControl(control: ModelControl, argument: unknown): Promise<unknown> {
  const { command, values } = argument as ControlCall;
  if (!Object.hasOwn(commands, command)) throw new SetosaError("INTERNAL", `There is no command ${JSON.stringify(command)}.`);
  // JSON has null where an argument was left out.
  const given = values.map((value) => value ?? undefined);
  return commands[command](control, given as never[]);
}
