import type { IndexEntry } from "../../models/control.ts";

interface FromWorker {
  readonly worker: number;
  readonly value: readonly IndexEntry[];
}

/** One index for all workers: a version is READY only where it is in all of them, and what differs is said of each. */
export function joinIndexes(indexes: readonly FromWorker[]): readonly IndexEntry[] {
  const keys = new Map<string, IndexEntry>();
  for (const { value } of indexes) for (const entry of value) if (!keys.has(key(entry))) keys.set(key(entry), entry);
  return [...keys.entries()].map(([wanted, any]) =>
    join(
      indexes.map(({ worker, value }) => ({ worker, entry: value.find((entry) => key(entry) === wanted) ?? absent(any) })),
      any,
    ),
  );
}

function join(all: readonly { readonly worker: number; readonly entry: IndexEntry }[], any: IndexEntry): IndexEntry {
  const isSame = all.every(({ entry }) => text(entry) === text(any));
  if (isSame) return any;
  const states = all.map(({ entry }) => entry.state);
  const state = states.every((one) => one === "READY") ? "READY" : states.includes("LOADING") ? "LOADING" : "UNAVAILABLE";
  const code = all.find(({ entry }) => entry.code !== undefined)?.entry.code;
  const { name, version } = any;
  return {
    name,
    version,
    state,
    reason: all.map(({ worker, entry }) => `worker ${worker}: ${describe(entry)}`).join("; "),
    ...(code === undefined ? {} : { code }),
  };
}

function describe({ state, traffic, percent, reason }: IndexEntry): string {
  return [
    state,
    ...(traffic === undefined ? [] : [traffic]),
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(reason === undefined ? [] : [`(${reason})`]),
  ].join(" ");
}

function absent({ name, version }: IndexEntry): IndexEntry {
  return { name, version, state: "UNAVAILABLE", reason: "not found" };
}

/** A file that says neither is told apart by what is wrong with it. */
function key({ name, version }: IndexEntry): string {
  return JSON.stringify([name, version]);
}

function text({ state, reason, code, traffic, percent }: IndexEntry): string {
  return JSON.stringify([state, reason, code, traffic, percent]);
}
