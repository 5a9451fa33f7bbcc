import type { ProtocolContext } from "./context.ts";
import type { Protocol } from "./exchange.ts";
import { mlflowProtocol } from "./mlflow/routes.ts";
import { predictProtocol } from "./predict/routes.ts";

/** The protocols of predictions over HTTP. Closed: whoever names one without a maker does not compile. */
const makers = {
  predict: predictProtocol,
  mlflow: mlflowProtocol,
} as const satisfies Readonly<Record<string, (context: ProtocolContext) => Protocol>>;

export type ProtocolName = keyof typeof makers;
export const protocolNames = Object.keys(makers) as readonly ProtocolName[];

export function createProtocols(context: ProtocolContext, names: readonly ProtocolName[] = protocolNames): readonly Protocol[] {
  return names.map((name) => makers[name](context));
}
