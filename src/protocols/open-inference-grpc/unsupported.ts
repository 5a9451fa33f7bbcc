import type { SetosaError } from "../../errors.ts";
import { unsupported } from "../open-inference-unsupported.ts";
import { methodPath } from "./services.ts";

const sharedMemory = ["System", "Cuda"].flatMap((kind) =>
  ["Status", "Register", "Unregister"].map((action) => methodPath(`${kind}SharedMemory${action}`)),
);

/** Methods of Triton's service that the server does not have. */
const features = new Map([
  ...sharedMemory.map((path) => [path, "shared memory"] as const),
  [methodPath("TraceSetting"), "trace"] as const,
  [methodPath("LogSettings"), "logging"] as const,
]);

/** What to say of a method that the service has and the server does not. */
export function unsupportedMethod(path: string): SetosaError | undefined {
  const feature = features.get(path);
  return feature === undefined ? undefined : unsupported(feature);
}
