import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import type { ControlState, IndexEntry, ModelControl } from "../../models/control.ts";
import { createChannel } from "./channel.ts";
import { controlTopic, runControl } from "./control-call.ts";
import { joinedControl } from "./joined-control.ts";
import type { LiveWorker } from "./supervisor.ts";

const noState: ControlState = { pinned: {}, previous: {}, canary: {}, shadow: {}, unloaded: [], loaded: [] };
const entry = (more: Partial<IndexEntry> = {}): IndexEntry => ({ name: "iris", version: "1", state: "READY", ...more });

/** Workers in this process, whose control is what the test makes of it. */
function crew(...controls: Partial<ModelControl>[]) {
  const calls: string[] = [];
  const reports: unknown[] = [];
  const workers = controls.map((own, index): LiveWorker => {
    const all = new Proxy(own, {
      get:
        (target, command: string) =>
        async (...values: unknown[]) => {
          calls.push(`${index} ${command} ${JSON.stringify(values)}`);
          const method = Reflect.get(target, command) as ((...values: unknown[]) => unknown) | undefined;
          if (method !== undefined) return method(...values);
          return command === "state" ? noState : undefined;
        },
    }) as ModelControl;
    const timer = (milliseconds: number, callback: () => void) => {
      const handle = setTimeout(callback, milliseconds);
      return () => clearTimeout(handle);
    };
    const here = createChannel({ name: `Worker ${index}`, timer, send: (message) => there.receive(JSON.parse(JSON.stringify(message))) });
    const there = createChannel({ name: "", timer, send: (message) => here.receive(JSON.parse(JSON.stringify(message))) });
    there.handle(controlTopic, (argument) => runControl(all, argument));
    return { index, channel: here };
  });
  const control = joinedControl(
    () => workers,
    (error) => reports.push(error),
  );
  return { control, calls, workers, reports };
}

const refuses = () => {
  throw new SetosaError("MODEL_PARITY_FAILED", "No.", { hint: "Train." });
};

describe("joinedControl", () => {
  it("gives commands that may load to one worker after another, then asks what was decided", async () => {
    const { control, calls } = crew({}, {});
    await control.canary("iris", "2", 5);
    expect(calls).toEqual(['0 canary ["iris","2",5]', '1 canary ["iris","2",5]', "0 state []"]);
  });

  it("leaves out what was left out", async () => {
    const { control, calls } = crew({});
    await control.load("iris");
    expect(calls[0]).toBe('0 load ["iris"]');
  });

  it("stops at the first worker's refusal, so that nothing changes in the others", async () => {
    const { control, calls } = crew({ load: refuses }, {});
    await expect(control.load("iris", "2")).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED", message: "No.", hint: "Train." });
    expect(calls.filter((call) => call.startsWith("1"))).toEqual([]);
  });

  it("names the worker that differs", async () => {
    const { control } = crew({}, { load: refuses }, {});
    await expect(control.load("iris", "2")).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED", message: "In worker 1 of 3: No." });
  });

  it("does not fail for a worker that ends meanwhile", async () => {
    const { control, workers } = crew({ index: async () => [entry()] }, {});
    workers[1]?.channel.close();
    await control.unload("iris", "1");
    expect(await control.index()).toEqual([entry()]);
  });

  it("says that no worker serves", async () => {
    await expect(crew().control.index()).rejects.toMatchObject({ code: "OVERLOADED" });
  });

  it("tells a worker that starts what was decided, also while it started", async () => {
    let pinned: Record<string, string> = { iris: "1" };
    const restored: unknown[] = [];
    const { control, workers } = crew({
      state: async () => ({ ...noState, pinned }),
      restore: async (state) => {
        restored.push(state);
      },
    });
    await control.promote("iris", "1");
    expect(control.stateFor(0)).toEqual({ ...noState, pinned: { iris: "1" } });
    const [worker] = workers;
    if (worker === undefined) throw new Error("no worker");
    control.joined(worker);
    await control.rescan();
    expect(restored).toEqual([]);
    pinned = { iris: "2" };
    await control.promote("iris", "2");
    control.joined(worker);
    await control.rescan();
    expect(restored).toEqual([{ ...noState, pinned: { iris: "2" } }]);
  });
});

describe("the joined index", () => {
  const indexOf = async (...indexes: IndexEntry[][]) => crew(...indexes.map((entries) => ({ index: async () => entries }))).control.index();

  it("is that of each where they agree", async () => {
    const entries = [
      entry({ traffic: "primary" }),
      entry({ version: "2", state: "UNAVAILABLE", reason: "No.", code: "MODEL_FILE_INVALID" }),
    ];
    expect(await indexOf(entries, entries)).toEqual(entries);
  });

  it("has a version READY only where it is in all workers, and says which one differs", async () => {
    expect(await indexOf([entry()], [])).toEqual([
      entry({ state: "UNAVAILABLE", reason: "worker 0: READY; worker 1: UNAVAILABLE (not found)" }),
    ]);
    expect(await indexOf([entry()], [entry({ state: "LOADING" })])).toEqual([
      entry({ state: "LOADING", reason: "worker 0: READY; worker 1: LOADING" }),
    ]);
    expect(await indexOf([entry({ traffic: "primary" })], [entry({ traffic: "canary", percent: 5 })])).toEqual([
      entry({ reason: "worker 0: READY primary; worker 1: READY canary 5 %" }),
    ]);
  });
});

describe("the joined comparison", () => {
  const report = {
    name: "iris",
    kind: "shadow",
    answered: "1",
    compared: "2",
    rows: 10,
    labelsDiffer: 1,
    scoresDiffer: 2,
    largestScoreDifference: 0.25,
    failed: 0,
    dropped: 3,
    samples: [],
  } as const;

  it("adds up what workers found", async () => {
    const { control } = crew(
      { comparison: async () => report },
      { comparison: async () => undefined },
      { comparison: async () => ({ ...report, rows: 5, largestScoreDifference: 0.5 }) },
      { comparison: async () => ({ ...report, answered: "0" }) },
    );
    expect(await control.comparison("iris")).toEqual({
      ...report,
      rows: 15,
      labelsDiffer: 2,
      scoresDiffer: 4,
      largestScoreDifference: 0.5,
      dropped: 6,
    });
  });

  it("is none where nobody compares", async () => {
    expect(await crew({}, {}).control.comparison("iris")).toBeUndefined();
  });
});
