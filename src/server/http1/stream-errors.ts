import { SetosaError } from "../../errors.ts";

/** Why a body or an answer in pieces came to its end before its time. */

export function goneError(): SetosaError {
  return new SetosaError("REQUEST_CANCELLED", "The connection was closed before the request was answered.", {
    hint: "Keep the connection open until the answer has come.",
  });
}

export function slowError(milliseconds: number): SetosaError {
  return new SetosaError("DEADLINE_EXCEEDED", `For ${milliseconds} ms no more of the body came, and no more of the answer was taken.`, {
    hint: "Send the body as fast as it goes, and read the answer while it comes.",
  });
}

export function tooLargeError(limit: number): SetosaError {
  return new SetosaError("BODY_TOO_LARGE", `The body is larger than ${limit} bytes.`, {
    hint: "Send fewer rows in one request, or start the server with a larger --max-stream-bytes.",
  });
}

export function invalidError(why: string): SetosaError {
  return new SetosaError("REQUEST_INVALID", `${why}.`, { hint: "Send HTTP/1.1 with a client library, or through a proxy that speaks it." });
}
