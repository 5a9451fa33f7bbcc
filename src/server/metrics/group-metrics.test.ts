import { describe, expect, it } from "vitest";
import { Registry } from "../../telemetry/metrics/registry.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import type { ProcessGroup } from "../workers/process-group.ts";
import { askMerged, provideSnapshot, superviseMetrics } from "./group-metrics.ts";

type Answer = (argument: unknown) => unknown;

/** Processes in one: what crosses between them is JSON. */
function processes() {
  const workers = new Map<string, Map<string, Answer>>();
  const supervisor = new Map<string, Answer>();
  const plain = async (value: unknown): Promise<unknown> => JSON.parse(JSON.stringify(await value)) as unknown;
  const group = (answers: Map<string, Answer>): ProcessGroup => ({
    provide: (topic, answer) => answers.set(topic, answer),
    ask: (topic) => plain(supervisor.get(topic)?.(undefined)),
    collect: async (topic) => {
      const all = [...workers].map(async ([worker, provided]) => ({ worker, value: await plain(provided.get(topic)?.(undefined)) }));
      return Promise.all(all);
    },
  });
  return {
    supervisor: group(supervisor),
    /** A process in this place, anew. */
    worker: (index: number) => {
      const answers = new Map<string, Answer>();
      workers.set(String(index), answers);
      return group(answers);
    },
    end: (index: number) => workers.delete(String(index)),
  };
}

const build = { version: "1", runtime: "node", runtimeVersion: "20" };

function accepted({ metrics }: Snapshot): number | undefined {
  return metrics.setosa_connections_total?.[0]?.values[0];
}

describe("metrics of several processes", () => {
  it("are the same whichever worker is asked, and lose nothing when one dies", async () => {
    const { supervisor, worker, end } = processes();
    let ended = (_: number) => {};
    let restarts = 0;
    const merged = superviseMetrics({
      group: supervisor,
      build,
      restarts: () => restarts,
      onEnd: (listener) => {
        ended = listener;
      },
      now: () => 0,
    });
    const start = (index: number) => {
      const group = worker(index);
      const registry = new Registry(() => 0);
      provideSnapshot(group, async () => registry.snapshot());
      return { group, connections: registry.counter("setosa_connections_total", { result: "accepted" }) };
    };
    const [first, second] = [start(0), start(1)];
    first.connections.add(3);
    second.connections.add(4);
    expect([await askMerged(first.group), await askMerged(second.group), await merged()].map(accepted)).toEqual([7, 7, 7]);

    end(1);
    ended(1);
    restarts = 1;
    first.connections.increment();
    expect(accepted(await askMerged(first.group))).toBe(8);

    const third = start(1);
    third.connections.add(2);
    const snapshot = await askMerged(third.group);
    expect(accepted(snapshot)).toBe(10);
    expect(snapshot.metrics.setosa_worker_restarts_total).toEqual([{ labels: [], values: [1] }]);
    expect(snapshot.metrics.setosa_process_resident_memory_bytes?.map(({ labels }) => labels)).toEqual([["supervisor"]]);
  });
});
