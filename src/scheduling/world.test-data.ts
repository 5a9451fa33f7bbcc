import type { Engine, Priority, RunOptions } from "../engines/engine.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { defaultScheduling, type SchedulingOptions } from "./options.ts";
import { ScheduledEngine } from "./scheduled-engine.ts";

/** Values that the engine of these tests cannot run. */
export const poison = -1;

/** An engine that answers `2 × value + 1` to every value, when it is told to; a run with a poisoned value fails. */
export class HandEngine implements Engine {
  readonly kind = "interpreted";
  readonly reason = "a test";
  readonly parallel: number;
  /** The inputs of every run, in the order in which they began. */
  readonly runs: (readonly Tensor[])[] = [];
  /** When each of them began. */
  readonly began: number[] = [];
  readonly #underWay: (() => void)[] = [];
  readonly #now: () => number;

  constructor(parallel: number, now: () => number) {
    this.parallel = parallel;
    this.#now = now;
  }

  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    this.runs.push(inputs);
    this.began.push(this.#now());
    return new Promise((resolve, reject) => {
      this.#underWay.push(() => {
        const poisoned = inputs.some(({ data }) => (data as ArrayLike<number | string>)[0] !== undefined && hasPoison(data));
        if (poisoned) reject(new Error("poison"));
        else resolve(inputs.map(answerTo));
      });
    });
  }

  get underWay(): number {
    return this.#underWay.length;
  }

  /** Ends the run that began as number `index` of those under way. */
  async finish(index = 0): Promise<void> {
    const [end] = this.#underWay.splice(index, 1);
    end?.();
    await turn();
  }

  async close(): Promise<void> {}
}

function hasPoison(data: Tensor["data"]): boolean {
  return Array.isArray(data) ? data.includes(String(poison)) : data.includes(poison);
}

/** What the engine answers to a request alone: the oracle. */
export function answerTo({ dtype, shape, data }: Tensor): Tensor {
  if (Array.isArray(data))
    return tensor(
      "string",
      shape,
      data.map((text) => `${text}!`),
    ) as Tensor;
  return { dtype, shape, data: data.map((value) => 2 * value + 1) } as Tensor;
}

/** A clock and timers that go on only when they are told to. */
export class HandTime {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly timer = (milliseconds: number, callback: () => void): (() => void) => {
    const entry = { at: this.#now + milliseconds, callback };
    this.#timers.push(entry);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== entry);
    };
  };

  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await turn();
    }
    this.#now = until;
  }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function world(options: Partial<SchedulingOptions> & { parallel?: number } = {}) {
  const { parallel = 1, ...scheduling } = options;
  const time = new HandTime();
  const hand = new HandEngine(parallel, time.now);
  const engine = new ScheduledEngine(hand, {
    ...defaultScheduling,
    ...scheduling,
    now: time.now,
    timer: time.timer,
    batching: "a test",
  });
  /** Sends rows of one number each; gives what becomes of it. */
  const send = (values: readonly number[], options: RunOptions & { priority?: Priority } = {}) => {
    const outcome: { answer?: readonly number[]; error?: unknown } = {};
    engine.run([tensor("float32", [values.length, 1], Float32Array.from(values))], options).then(
      ([output]) => {
        outcome.answer = [...((output?.data as Float32Array | undefined) ?? [])];
      },
      (error: unknown) => {
        outcome.error = error;
      },
    );
    return outcome;
  };
  /** The first value of each row of each run. */
  const runs = () => hand.runs.map(([input]) => [...((input?.data as Float32Array | undefined) ?? [])]);
  return { engine, hand, time, send, runs };
}
