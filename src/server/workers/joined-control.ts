import { SetosaError } from "../../errors.ts";
import type { ControlState, IndexEntry, ModelControl } from "../../models/control.ts";
import type { ComparisonReport } from "../../models/repository/comparison.ts";
import { ChannelClosed } from "./channel.ts";
import { type ControlCall, controlTopic } from "./control-call.ts";
import { joinComparisons } from "./join-comparisons.ts";
import { joinIndexes } from "./join-indexes.ts";
import type { LiveWorker } from "./supervisor.ts";

/** Milliseconds for what reads or decides, and for what may load models. */
const briefMilliseconds = 5000;
const loadMilliseconds = 5 * 60_000;

export interface JoinedControl extends ModelControl {
  /** What has been decided so far, for a worker that starts. */
  stateFor(worker: number): ControlState | undefined;
  /** The worker serves: what was decided while it started, it is told now. */
  joined(worker: LiveWorker): void;
}

/**
 * Control of the models of all workers at once.
 *
 * A command that may load models goes to one worker after another: what a load costs is paid on one core at a time while the others
 * answer, and a version that the first worker refuses changes nothing in the others. In between workers answer by different versions, as
 * clients see anyway who meet several servers. What only decides goes to all at once, and takes effect within milliseconds.
 * @param decided What was decided before any worker started
 */
export function joinedControl(live: () => readonly LiveWorker[], report: (error: unknown) => void, decided?: ControlState): JoinedControl {
  let state = decided;
  /** What each worker began with. */
  const given = new Map<number, ControlState | undefined>();
  /** Changes take turns: all workers see them in the same order. */
  let last: Promise<unknown> = Promise.resolve();

  const workers = (): readonly LiveWorker[] => {
    const serving = live();
    if (serving.length > 0) return serving;
    throw new SetosaError("OVERLOADED", "No worker serves at the moment.", { hint: "Try again: they are started again." });
  };
  const tell = ({ channel }: LiveWorker, command: keyof ModelControl, values: readonly unknown[], milliseconds: number) =>
    channel.call(controlTopic, { command, values } satisfies ControlCall, milliseconds);

  /** Answers of the workers that live; the error of any is the error of all. */
  const ask = async <T>(command: keyof ModelControl, values: readonly unknown[] = []): Promise<readonly (Answered & { value: T })[]> => {
    const outcomes = await Promise.all(workers().map((worker) => outcome(worker, () => tell(worker, command, values, briefMilliseconds))));
    return answersOf(outcomes) as readonly (Answered & { value: T })[];
  };

  const remember = async () => {
    const [first] = workers();
    if (first !== undefined) state = (await tell(first, "state", [], briefMilliseconds)) as ControlState;
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };

  const atOnce = (command: keyof ModelControl, ...values: unknown[]): Promise<void> =>
    inTurn(async () => {
      try {
        await ask(command, values);
      } finally {
        await remember().catch(() => {});
      }
    });

  const inOrder = (command: keyof ModelControl, ...values: unknown[]): Promise<void> =>
    inTurn(async () => {
      const outcomes: Outcome[] = [];
      try {
        for (const worker of workers()) {
          const one = await outcome(worker, () => tell(worker, command, values, loadMilliseconds));
          outcomes.push(one);
          // The others read the same files: what the first refuses they would refuse, too.
          if (outcomes.length === 1 && one.error !== undefined && !one.gone) throw one.error;
        }
        answersOf(outcomes);
      } finally {
        await remember().catch(() => {});
      }
    });

  return {
    stateFor: (worker) => {
      given.set(worker, state);
      return state;
    },
    joined: (worker) => {
      inTurn(async () => {
        const is = given.get(worker.index);
        if (state !== undefined && JSON.stringify(is) !== JSON.stringify(state)) await tell(worker, "restore", [state], loadMilliseconds);
      }).catch(report);
    },
    index: async () => joinIndexes(await ask<readonly IndexEntry[]>("index")),
    comparison: async (name) => joinComparisons((await ask<ComparisonReport | undefined>("comparison", [name])).map(({ value }) => value)),
    state: async () => {
      const [first] = await ask<ControlState>("state");
      if (first === undefined) throw new SetosaError("INTERNAL", "No worker told its state.");
      return first.value;
    },
    rescan: () => inOrder("rescan"),
    load: (...values) => inOrder("load", ...values),
    promote: (...values) => inOrder("promote", ...values),
    rollback: (...values) => inOrder("rollback", ...values),
    canary: (...values) => inOrder("canary", ...values),
    shadow: (...values) => inOrder("shadow", ...values),
    restore: (...values) => inOrder("restore", ...values),
    unload: (...values) => atOnce("unload", ...values),
    clear: (...values) => atOnce("clear", ...values),
  };
}

interface Answered {
  readonly worker: number;
  readonly value: unknown;
}

interface Outcome extends Answered {
  readonly error?: unknown;
  /** It ended meanwhile: who takes its place begins with what was decided. */
  readonly gone?: boolean;
}

async function outcome({ index }: LiveWorker, call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { worker: index, value: await call() };
  } catch (error) {
    return { worker: index, value: undefined, error, gone: error instanceof ChannelClosed };
  }
}

function answersOf(outcomes: readonly Outcome[]): readonly Answered[] {
  const failed = outcomes.filter(({ error, gone }) => error !== undefined && gone !== true);
  const answered = outcomes.filter(({ error }) => error === undefined);
  const [first] = failed;
  if (first === undefined) {
    if (answered.length > 0) return answered;
    throw outcomes[0]?.error ?? new SetosaError("INTERNAL", "No worker answered.");
  }
  if (answered.length === 0 || !(first.error instanceof SetosaError)) throw first.error;
  const { code, message, path, hint } = first.error;
  const which = failed.map(({ worker }) => worker).join(", ");
  throw new SetosaError(code, `In worker ${which} of ${outcomes.length}: ${message}`, {
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
    cause: first.error,
  });
}
