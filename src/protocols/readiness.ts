import { SetosaError } from "../errors.ts";

/** For health checks that are not Setosa's own: `GET /health/ready` knows more. */
export function notReady(): SetosaError {
  return new SetosaError("MODELS_NOT_READY", "The server should not be sent requests now.", { hint: "GET /health/ready says why." });
}
