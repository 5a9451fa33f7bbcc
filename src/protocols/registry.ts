import type { ProtocolContext } from "./context.ts";
import type { Protocol } from "./exchange.ts";
import { mlflowProtocol } from "./mlflow/routes.ts";
import { openInferenceProtocol } from "./open-inference/routes.ts";
import { predictProtocol } from "./predict/routes.ts";
import { sagemakerProtocol } from "./sagemaker/routes.ts";
import { tfServingProtocol } from "./tf-serving/routes.ts";
import { vertexProtocol } from "./vertex/routes.ts";

/** The protocols of predictions over HTTP. Closed: whoever names one without a maker does not compile. */
const makers = {
  predict: predictProtocol,
  "open-inference": openInferenceProtocol,
  "tf-serving": tfServingProtocol,
  mlflow: mlflowProtocol,
  // Of what a platform asks for at the paths of others it has the answer: it comes after them.
  sagemaker: sagemakerProtocol,
  vertex: vertexProtocol,
} as const satisfies Readonly<Record<string, (context: ProtocolContext) => Protocol>>;

export type ProtocolName = keyof typeof makers;
export const protocolNames = Object.keys(makers) as readonly ProtocolName[];

export function createProtocols(context: ProtocolContext, names: readonly ProtocolName[] = protocolNames): readonly Protocol[] {
  return names.map((name) => makers[name](context));
}
