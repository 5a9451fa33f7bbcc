import { useEffect, useMemo, useState } from "preact/hooks";
import { type ApiError, toApiError } from "../api/api-error.ts";
import { apiKey } from "../api/api-key.ts";
import { reconnections } from "../api/connection.ts";
import { useStore } from "../state/store.ts";
import { Latest } from "./latest.ts";

export interface Answered<Question, Answer> {
  /** The last answer that came, and to what; it stays while the next one is waited for, and when that fails. */
  readonly question: Question | undefined;
  readonly answer: Answer | undefined;
  /** Why the last question has no answer. */
  readonly error: ApiError | undefined;
}

/**
 * Asks the server as the question changes: one at a time, the latest next, and again when the server is back.
 * @param question Undefined where there is nothing to ask; another object is another question
 * @param ask A function that stays the same for as long as the same is asked
 */
export function useLatest<Question, Answer>(
  question: Question | undefined,
  ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
): Answered<Question, Answer> {
  const [state, setState] = useState<Answered<Question, Answer>>({ question: undefined, answer: undefined, error: undefined });
  const key = useStore(apiKey);
  const returned = useStore(reconnections);
  const latest = useMemo(
    () =>
      new Latest<Question, Answer>({
        ask,
        answered: (answeredTo, answer) => setState({ question: answeredTo, answer, error: undefined }),
        failed: (_, thrown) => setState((before) => ({ ...before, error: toApiError(thrown) })),
      }),
    [ask],
  );
  useEffect(() => () => latest.close(), [latest]);
  useEffect(() => {
    if (question === undefined) latest.forget();
    else latest.ask(question);
  }, [latest, question, key, returned]);
  return state;
}
