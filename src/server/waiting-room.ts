import { SetosaError } from "../errors.ts";
import type { RunOptions } from "../models/run-options.ts";
import type { Answer, Answered, HttpRequest } from "../protocols/exchange.ts";
import { requestPriority } from "../protocols/request-priority.ts";
import type { Client } from "./transport.ts";

/** Where requests wait whose engine answers later: each with its deadline, and for no longer than its client does. */
export interface WaitingRoom {
  /** Requests whose answer is to come. */
  readonly underWay: number;
  /**
   * Starts `work`, and answers with it unless its deadline comes first.
   * @throws SetosaError ARGUMENT_INVALID and what `work` throws; rejects with DEADLINE_EXCEEDED
   */
  run(request: HttpRequest, client: Client | undefined, work: (options: RunOptions) => Answered): Answered;
}

export interface WaitingRoomOptions {
  /** Milliseconds for one request; the header X-Request-Timeout-Ms can shorten it. */
  readonly deadline: number;
  /** Milliseconds, of the clock that the models' queues have as well. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

export function createWaitingRoom({ deadline, now, timer }: WaitingRoomOptions): WaitingRoom {
  let underWay = 0;
  const run = (request: HttpRequest, client: Client | undefined, work: (options: RunOptions) => Answered): Answered => {
    const milliseconds = requestDeadline(request, deadline);
    // What waits in a model's queue leaves it when this is aborted; an engine that runs cannot be interrupted.
    const controller = new AbortController();
    const answered = work({
      priority: requestPriority(request),
      deadline: now() + milliseconds,
      signal: controller.signal,
    });
    if (!(answered instanceof Promise)) return answered;
    underWay++;
    if (client !== undefined) client.gone = () => controller.abort(goneError());
    return new Promise<Answer>((resolve, reject) => {
      const cancel = timer(milliseconds, () => {
        const late = lateError(milliseconds);
        reject(late);
        controller.abort(late);
      });
      answered.then(resolve, reject).finally(() => {
        cancel();
        underWay--;
        if (client !== undefined) client.gone = undefined;
      });
    });
  };

  return {
    run,
    get underWay() {
      return underWay;
    },
  };
}

function goneError(): SetosaError {
  return new SetosaError("REQUEST_CANCELLED", "The connection was closed before the request was begun.", {
    hint: "Keep the connection open, in both directions, until the answer has come.",
  });
}

function lateError(milliseconds: number): SetosaError {
  return new SetosaError("DEADLINE_EXCEEDED", `The prediction took longer than ${milliseconds} ms.`, {
    hint: "Send fewer rows in one request, or allow more time (X-Request-Timeout-Ms up to the server's --deadline-ms).",
  });
}

/** Milliseconds; the client can only shorten the server's own. */
function requestDeadline(request: HttpRequest, longest: number): number {
  const given = request.headers.get("x-request-timeout-ms") ?? undefined;
  if (given === undefined) return longest;
  if (!/^\d{1,9}$/.test(given) || Number(given) === 0)
    throw new SetosaError("ARGUMENT_INVALID", "X-Request-Timeout-Ms is not a number of milliseconds.", {
      path: "X-Request-Timeout-Ms",
      hint: "Send a whole number of 1 or more, such as 500.",
    });
  return Math.min(longest, Number(given));
}
