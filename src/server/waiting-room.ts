import { SetosaError } from "../errors.ts";
import type { Answer, Answered, HttpRequest } from "../protocols/exchange.ts";

/** Bounds the requests whose engine answers later: how many are under way, and how long each may take. */
export interface WaitingRoom {
  /** Requests whose answer is to come. */
  readonly underWay: number;
  /** @throws SetosaError OVERLOADED when it is full */
  check(): void;
  /**
   * Starts `work`, and answers with it unless its deadline comes first.
   * @throws SetosaError OVERLOADED, ARGUMENT_INVALID; rejects with DEADLINE_EXCEEDED
   */
  run(request: HttpRequest, work: () => Answered): Answered;
}

export interface WaitingRoomOptions {
  /** Requests under way. */
  readonly places: number;
  /** Milliseconds for one request; the header X-Request-Timeout-Ms can shorten it. */
  readonly deadline: number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

export function createWaitingRoom({ places, deadline, timer }: WaitingRoomOptions): WaitingRoom {
  let underWay = 0;

  const check = () => {
    if (underWay >= places)
      throw new SetosaError("OVERLOADED", `${underWay} predictions are under way, which is the limit.`, {
        hint: "Try again later, send fewer requests at once, or start the server with a larger --max-queue.",
      });
  };

  const run = (request: HttpRequest, work: () => Answered): Answered => {
    check();
    const milliseconds = requestDeadline(request, deadline);
    const answered = work();
    if (!(answered instanceof Promise)) return answered;
    underWay++;
    // An engine cannot be interrupted, so its place is free when it has ended, not when its client has given up.
    const leave = () => underWay--;
    answered.then(leave, leave);
    return beforeDeadline(answered, milliseconds, timer);
  };

  return {
    check,
    run,
    get underWay() {
      return underWay;
    },
  };
}

function beforeDeadline(answered: Promise<Answer>, milliseconds: number, timer: WaitingRoomOptions["timer"]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = timer(milliseconds, () =>
      reject(
        new SetosaError("DEADLINE_EXCEEDED", `The prediction took longer than ${milliseconds} ms.`, {
          hint: "Send fewer rows in one request, or allow more time (X-Request-Timeout-Ms up to the server's --deadline-ms).",
        }),
      ),
    );
    answered.then(resolve, reject).finally(cancel);
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
