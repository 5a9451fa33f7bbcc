import { SetosaError } from "../../errors.ts";
import type { Handler } from "./channel.ts";
import { askTopic, collectTopic, type ProcessGroup, snapshotMilliseconds, type WorkerAnswer } from "./process-group.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * The group as its supervisor sees it, who also answers the workers' questions about all of them. What the supervisor provides is for
 * `ask`; `collect` asks the workers alone.
 */
export function superviseGroup(supervisor: Supervisor): ProcessGroup {
  const handlers = new Map<string, Handler>();
  const ask = async (topic: string, argument?: unknown): Promise<unknown> => {
    const handler = handlers.get(topic);
    if (handler === undefined) throw new SetosaError("INTERNAL", `Nobody provides "${topic}".`);
    return handler(argument);
  };
  const collect = async (topic: string, argument?: unknown): Promise<readonly WorkerAnswer[]> => {
    const answers = await Promise.all(
      supervisor.live().map(({ index, channel }) =>
        channel.call(topic, argument, snapshotMilliseconds).then(
          (value): WorkerAnswer[] => [{ worker: String(index), value }],
          () => [],
        ),
      ),
    );
    return answers.flat();
  };
  supervisor.onStart(({ channel }) => {
    channel.handle(askTopic, (question) => {
      const { topic, argument } = question as { readonly topic: string; readonly argument?: unknown };
      return ask(topic, argument);
    });
    channel.handle(collectTopic, (question) => {
      const { topic, argument } = question as { readonly topic: string; readonly argument?: unknown };
      return collect(topic, argument);
    });
  });
  return {
    ask,
    collect,
    provide: (topic, answer) => {
      handlers.set(topic, answer);
    },
  };
}
