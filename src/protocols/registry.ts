import type { ProtocolContext } from "./context.ts";
import type { Protocol } from "./exchange.ts";
import { openInferenceProtocol } from "./open-inference/routes.ts";
import { predictProtocol } from "./predict/routes.ts";
import { tfServingProtocol } from "./tf-serving/routes.ts";

/** The protocols of predictions over HTTP. Closed: whoever names one without a maker does not compile. */
const makers = {
  predict: predictProtocol,
  "open-inference": openInferenceProtocol,
  "tf-serving": tfServingProtocol,
} as const satisfies Readonly<Record<string, (context: ProtocolContext) => Protocol>>;

export type ProtocolName = keyof typeof makers;
export const protocolNames = Object.keys(makers) as readonly ProtocolName[];

export function createProtocols(context: ProtocolContext, names: readonly ProtocolName[] = protocolNames): readonly Protocol[] {
  return names.map((name) => makers[name](context));
}
