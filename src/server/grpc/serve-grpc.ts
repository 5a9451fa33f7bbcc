import type { ServedModels } from "../../models/served-models.ts";
import type { ProtocolContext } from "../../protocols/context.ts";
import type { Answer } from "../../protocols/exchange.ts";
import { watchHealth } from "../../protocols/open-inference-grpc/health.ts";
import { openInferenceGrpc } from "../../protocols/open-inference-grpc/routes.ts";
import { checkPath, methodPath, reflectionPaths, streamInferPath, watchPath } from "../../protocols/open-inference-grpc/services.ts";
import { createApplication } from "../application.ts";
import { withErrorForms } from "../error-forms.ts";
import type { Limits } from "../limits.ts";
import type { OverloadGate } from "../overload-gate.ts";
import { type BoundRoute, createRouter, type Router } from "../router.ts";
import { guard, type Security } from "../security.ts";
import type { Application, Listen, Listener, Receive } from "../transport.ts";
import type { WaitingRoom } from "../waiting-room.ts";
import { createGrpcServer } from "./grpc-server.ts";

/** Who stands around the parts of an application: metrics, logs and traces. */
export interface Watcher {
  router(router: Router): Router;
  receive(route: BoundRoute, receive: Receive): Receive;
  application(application: Application): Application;
}

/** Of the server of HTTP, with which gRPC shares everything but its port and its routes. */
export interface GrpcOptions {
  readonly context: ProtocolContext;
  /** Tells of changes. */
  readonly models: ServedModels;
  readonly watchers: readonly Watcher[];
  readonly limits: Limits;
  readonly waitingRoom: WaitingRoom;
  readonly gate: OverloadGate<Answer> | undefined;
  readonly security: Security;
  readonly workers: number;
  readonly report: (error: unknown, requestId?: string) => void;
  readonly newRequestId: (() => string) | undefined;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly shared: boolean;
}

/**
 * Serves the Open Inference Protocol over gRPC, on a port of its own.
 * @throws SetosaError PORT_IN_USE, ARGUMENT_INVALID
 */
export async function serveGrpc(listen: Listen, options: GrpcOptions): Promise<Listener> {
  const { context, models, watchers, limits, waitingRoom, gate, security, workers, report, newRequestId, host, port, shared } = options;
  const protocol = openInferenceGrpc(context);
  const router = () => watchers.reduce((inner, watcher) => watcher.router(inner), createRouter([protocol]));
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const around = (route: BoundRoute, receive: Receive) => watchers.reduce((inner, watcher) => watcher.receive(route, inner), receive);
  const application = createApplication({ limits, router: () => current, waitingRoom, around, gate, report, newRequestId });
  const guarded = guard(application, {
    // Pages of other origins do not speak gRPC.
    security: { ...security, corsOrigins: [] },
    // Those who ask for them have no key: load balancers, and the kubelet.
    open: [checkPath, watchPath, methodPath("ServerLive"), methodPath("ServerReady")],
    admin: false,
    share: workers,
    // Models stand in messages: see `checkAllowed`.
    modelOf: () => undefined,
  });
  const formed = withErrorForms(guarded, protocol.errors === undefined ? [] : [protocol.errors]);
  const watched = watchers.reduce((inner, watcher) => watcher.application(inner), formed);
  const methods = { streaming: new Set([streamInferPath, ...reflectionPaths]), watching: new Map([[watchPath, watchHealth(context)]]) };
  return listen(watched, { host, port, shared, tls: security.tls, speaks: (spoken) => createGrpcServer(spoken, methods) });
}
