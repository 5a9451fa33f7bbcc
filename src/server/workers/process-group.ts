import { SetosaError } from "../../errors.ts";
import type { Channel, Handler } from "./channel.ts";

/**
 * The processes that serve together, as each of them sees them; a process that serves alone is a group of one. Arguments and answers
 * are plain JSON.
 */
export interface ProcessGroup {
  /** Who answers in this process when the group, or its supervisor, asks for a topic. */
  provide(topic: string, answer: Handler): void;
  /**
   * The answers of all workers that give one in time, in their order. Those that fail are left out: a scrape should rather lack one
   * worker than fail.
   */
  collect(topic: string, argument?: unknown): Promise<readonly WorkerAnswer[]>;
  /**
   * What the supervisor's own process provides: for what has to be kept when a worker ends. A process alone asks itself.
   * @throws SetosaError what the answering side threw, DEADLINE_EXCEEDED, INTERNAL when nobody provides it
   */
  ask(topic: string, argument?: unknown): Promise<unknown>;
}

export interface WorkerAnswer {
  /** Its number from 0, as a label is. */
  readonly worker: string;
  readonly value: unknown;
}

/** Milliseconds: shorter than a scrape of Prometheus may take (10 s), so that it gets what there is. */
export const snapshotMilliseconds = 3000;
/** The supervisor may ask all workers meanwhile. */
const askMilliseconds = snapshotMilliseconds + 1000;

export const collectTopic = "group.collect";
export const askTopic = "group.ask";

export function aloneGroup(): ProcessGroup {
  const handlers = new Map<string, Handler>();
  const ask = async (topic: string, argument?: unknown): Promise<unknown> => {
    const handler = handlers.get(topic);
    if (handler === undefined) throw new SetosaError("INTERNAL", `Nobody provides "${topic}".`);
    return handler(argument);
  };
  return {
    ask,
    provide: (topic, answer) => {
      handlers.set(topic, answer);
    },
    collect: (topic, argument) =>
      ask(topic, argument).then(
        (value) => [{ worker: "0", value }],
        () => [],
      ),
  };
}

/** In a worker: over the channel to its supervisor. */
export function workerGroup(channel: Channel): ProcessGroup {
  return {
    provide: (topic, answer) => channel.handle(topic, answer),
    collect: async (topic, argument) => (await channel.call(collectTopic, { topic, argument }, askMilliseconds)) as readonly WorkerAnswer[],
    ask: (topic, argument) => channel.call(askTopic, { topic, argument }, askMilliseconds),
  };
}
