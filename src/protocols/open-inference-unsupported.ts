import { SetosaError } from "../errors.ts";

/** What Triton's protocol extensions have and this server does not, with what to do instead. */
const features = {
  "shared memory": ["Tensors are not taken from shared memory.", "Send them with the request: as bytes, they are copied once."],
  trace: ["Clients do not set what is traced.", "Start the server with --otlp-endpoint."],
  logging: ["Clients do not set what is logged.", "Start the server with --log-level and --access-log."],
  generate: ["The server's models do not generate text.", "Send tensors to the model's infer."],
} as const satisfies Readonly<Record<string, readonly [message: string, hint: string]>>;

export type UnsupportedFeature = keyof typeof features;

/** An operation of the protocol that is known and not there. */
export function unsupported(feature: UnsupportedFeature): SetosaError {
  const [message, hint] = features[feature];
  return new SetosaError("OPERATION_NOT_IMPLEMENTED", message, { hint });
}
