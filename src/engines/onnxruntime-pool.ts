import { SetosaError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { WorkerStart } from "./onnxruntime-messages.ts";
import { OnnxruntimeThread } from "./onnxruntime-thread.ts";

type ThreadStart = Omit<WorkerStart, "control">;

/** A place in the pool: its thread, and how many runs it was given that have not ended. */
interface Place {
  thread: Promise<OnnxruntimeThread>;
  runs: number;
}

/** Threads that hold the same model. One that dies fails what it was running, and is replaced by the next run that meets it. */
export class OnnxruntimePool {
  readonly #start: ThreadStart;
  readonly #reason: string;
  readonly #places: readonly Place[];
  #closed = false;

  private constructor(start: ThreadStart, reason: string, places: readonly Place[]) {
    this.#start = start;
    this.#reason = reason;
    this.#places = places;
  }

  /** @throws SetosaError ENGINE_UNAVAILABLE, OPERATOR_UNSUPPORTED, ENGINE_FAILED */
  static async start(start: ThreadStart, reason: string, threads: number): Promise<OnnxruntimePool> {
    const first = OnnxruntimeThread.start(start, reason);
    // The first alone: what one refuses all would, and it is said once.
    await first;
    const others = Array.from({ length: threads - 1 }, () => OnnxruntimeThread.start(start, reason));
    const pool = new OnnxruntimePool(
      start,
      reason,
      [first, ...others].map((thread) => ({ thread, runs: 0 })),
    );
    try {
      await Promise.all(others);
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<readonly Tensor[]> {
    const place = this.#places.reduce((least, other) => (other.runs < least.runs ? other : least));
    place.runs++;
    try {
      return await (await this.#alive(place)).run(inputs);
    } finally {
      place.runs--;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Also a thread that is only starting; one that could not start has ended itself.
    await Promise.all(
      this.#places.map(({ thread }) =>
        thread.then(
          (started) => started.end(),
          () => {},
        ),
      ),
    );
  }

  /** The place's thread; where it has died, a new one, for which runs that come meanwhile wait as well. */
  async #alive(place: Place): Promise<OnnxruntimeThread> {
    if (this.#closed) throw new SetosaError("ENGINE_FAILED", "The model is closed.");
    const current = place.thread;
    const usable = await current.then(
      ({ alive }) => alive,
      () => false,
    );
    if (!usable && place.thread === current) place.thread = OnnxruntimeThread.start(this.#start, this.#reason);
    return place.thread;
  }
}
