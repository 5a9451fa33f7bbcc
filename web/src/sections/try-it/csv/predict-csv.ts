import { ApiError } from "../../../api/api-error.ts";
import { request } from "../../../api/http.ts";

/** Times that a piece is sent again to a server that has too much to do. */
const mostTries = 8;

/**
 * Has a piece of CSV predicted, and waits for a server that says when it has time.
 * @throws ApiError; the signal's reason where it was ended
 */
export async function predictCsv(path: string, csv: string, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const headers = { "content-type": "text/csv; charset=utf-8", accept: "text/csv" };
      const response = await request(path, { method: "POST", body: csv, headers, signal });
      return await response.text();
    } catch (thrown) {
      const wait = thrown instanceof ApiError ? thrown.retryAfter : undefined;
      if (wait === undefined || tries === mostTries) throw cutOff(thrown, signal);
      await waited(wait * 1000, signal);
    }
  }
}

/** What the browser says of an answer that ends before its end is for nobody. */
function cutOff(thrown: unknown, signal: AbortSignal): unknown {
  if (thrown instanceof ApiError || signal.aborted) return thrown;
  return new ApiError("The server broke its answer off.", { status: 200, code: "ANSWER_INVALID", hint: "Its log says why." });
}

function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
