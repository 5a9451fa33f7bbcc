import { SetosaError } from "../../errors.ts";
import { errorFrom, type ProcessMessage, plainError } from "./messages.ts";

/**
 * One end of the line between a supervisor and a worker. Either side calls the other by topic and gets one answer, an error, or the
 * deadline: nobody waits for a process that hangs or has died. What crosses is JSON: `undefined` in objects, NaN and infinities do not.
 */
export interface Channel {
  /**
   * @param milliseconds how long to wait for the answer
   * @throws SetosaError what the other side threw; DEADLINE_EXCEEDED; ChannelClosed when the other side has ended
   */
  call(topic: string, argument: unknown, milliseconds: number): Promise<unknown>;
  /** Who answers the other side's calls on a topic; the last one given does. */
  handle(topic: string, handler: Handler): void;
  receive(message: ProcessMessage): void;
  /** Ends every call that waits: the other side is gone. */
  close(): void;
}

export type Handler = (argument: unknown) => unknown;

export interface ChannelOptions {
  /** Who is on the other side, for people: `Worker 1`. */
  readonly name: string;
  /** Throws where the other side is gone. */
  readonly send: (message: ProcessMessage) => void;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

/** The other process ended before it had answered. */
export class ChannelClosed extends SetosaError {
  constructor(name: string) {
    super("INTERNAL", `${name} ended before it had answered.`);
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export function createChannel({ name, send, timer }: ChannelOptions): Channel {
  const handlers = new Map<string, Handler>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let closed = false;

  const call = (topic: string, argument: unknown, milliseconds: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new ChannelClosed(name));
      const id = ++lastId;
      const cancel = timer(milliseconds, () => {
        waiting.delete(id);
        reject(new SetosaError("DEADLINE_EXCEEDED", `${name} has not answered "${topic}" within ${milliseconds} ms.`));
      });
      const done = () => {
        waiting.delete(id);
        cancel();
      };
      waiting.set(id, {
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      try {
        send({ kind: "call", id, topic, argument });
      } catch {
        waiting.get(id)?.reject(new ChannelClosed(name));
      }
    });

  const answer = async (id: number, topic: string, argument: unknown): Promise<void> => {
    let message: ProcessMessage;
    try {
      const handler = handlers.get(topic);
      if (handler === undefined) throw new SetosaError("INTERNAL", `Nobody answers "${topic}" here.`);
      message = { kind: "answer", id, value: await handler(argument) };
    } catch (error) {
      message = { kind: "answer", id, error: plainError(error) };
    }
    try {
      send(message);
    } catch {
      // Who asked is gone.
    }
  };

  return {
    call,
    handle: (topic, handler) => {
      handlers.set(topic, handler);
    },
    receive: (message) => {
      if (message.kind === "call") void answer(message.id, message.topic, message.argument);
      if (message.kind !== "answer") return;
      // An answer that comes after its deadline is nobody's.
      const caller = waiting.get(message.id);
      if (message.error === undefined) caller?.resolve(message.value);
      else caller?.reject(errorFrom(message.error));
    },
    close: () => {
      closed = true;
      for (const caller of [...waiting.values()]) caller.reject(new ChannelClosed(name));
    },
  };
}
