import { rm } from "node:fs/promises";
import { startEngine } from "../../engines/choose.ts";
import { instantiateRows } from "../../engines/compiled.ts";
import type { Engine } from "../../engines/engine.ts";
import { kernelEngine } from "../../engines/kernel-engine.ts";
import { SetosaError } from "../../errors.ts";
import { defaultMaxBytes, type LoadOptions } from "../load-model.ts";
import { Model } from "../model.ts";
import { readFile } from "../read-file.ts";
import { runParity } from "../run-parity.ts";
import { scheduledEngine, threadsFor } from "../scheduled.ts";
import { loadElsewhere } from "./loader-client.ts";
import type { LoadedModel } from "./messages.ts";
import { fillFrom, storageName, storedLength } from "./stored-bytes.ts";
import { warmGently } from "./warm.ts";

export interface IsolatedLoadOptions extends LoadOptions {
  /** Gives the load up: its process is ended, and the promise rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** What the process's heap may take, in MiB (Node only); by default half of the memory. */
  readonly heapMegabytes?: number;
}

/**
 * As `loadModel` for a file, for a thread that serves others meanwhile: the file is read, compiled, checked and warmed up in a
 * process of its own, and what this thread does takes about a millisecond at a time. Under Node and Bun only.
 * @param path Of the file
 * @throws SetosaError as `loadModel`; ENGINE_FAILED also where the process dies, MODEL_MEMORY_EXHAUSTED of too little memory
 */
export async function loadIsolated(path: string, options: IsolatedLoadOptions = {}): Promise<Model> {
  const { signal, heapMegabytes, clock = () => performance.now(), engine: choice, scheduling, ...others } = options;
  const { parity, name, version, maxBytes, root } = others;
  const asked = { engine: choice, parity, name, version, maxBytes, root };
  const started = clock();
  const pause = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  };
  const load = async (engine: LoadOptions["engine"]): Promise<{ readonly loaded: LoadedModel; readonly engine: Engine }> => {
    const storage = storageName();
    const start = { path, storage, options: { ...given(asked), ...given({ engine }) } };
    try {
      const loaded = await loadElsewhere(start, { signal, heapMegabytes });
      return { loaded, engine: await engineOf(loaded, pause, threadsFor(loaded.name, scheduling)) };
    } finally {
      // Not in this thread: giving a large file's pages back takes a millisecond or two.
      await rm(storage, { force: true });
    }
  };
  const { loaded, engine: chosen } = await load(choice).catch((error: unknown) => {
    if ((choice ?? "auto") !== "auto" || !isUnavailable(error)) throw error;
    // It is installed, as far as the loader could tell, and cannot be used: a large network runs compiled then.
    return load("compiled").catch(() => Promise.reject(error));
  });
  try {
    const { name, version, signature, graph, bytes, unchecked } = loaded;
    const engine = await scheduledEngine(chosen, loaded, scheduling);
    const parts = {
      name,
      version,
      signature,
      graph,
      bytes,
      engine,
      source: path,
      clock,
      reread: () => readFile(path, maxBytes ?? defaultMaxBytes, root),
    };
    const model = new Model({ ...parts, loadMilliseconds: 0 }, undefined);
    const result = loaded.parity ?? (await runParity(model, unchecked));
    await warmGently(model, loaded.rows, pause);
    return new Model({ ...parts, loadMilliseconds: clock() - started }, result);
  } catch (error) {
    await chosen.close();
    throw error;
  }
}

/** Without what is undefined. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

async function engineOf({ engine, graph }: LoadedModel, pause: () => Promise<void>, threads: number): Promise<Engine> {
  switch (engine.kind) {
    case "compiled":
      return kernelEngine(
        await instantiateRows(engine.artifact, { pause, fill: (memory) => fillFrom(engine.constants, memory, pause) }),
        engine.reason,
      );
    case "onnxruntime": {
      // Shared, so that handing it on to the engine's thread copies nothing.
      const onnx = new Uint8Array(new SharedArrayBuffer(storedLength(engine.onnx)));
      await fillFrom(engine.onnx, onnx, pause);
      return startEngine(graph, { kind: engine.kind, reason: engine.reason, onnx: () => onnx }, threads);
    }
    case "interpreted":
      return startEngine(graph, engine);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof SetosaError && error.code === "ENGINE_UNAVAILABLE";
}
