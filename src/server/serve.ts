import type { SetosaError } from "../errors.ts";
import type { ModelControl } from "../models/control.ts";
import type { ModelHistory } from "../models/repository/history.ts";
import type { ServedModels } from "../models/served-models.ts";
import { StatisticsBook } from "../models/statistics.ts";
import type { Route } from "../protocols/exchange.ts";
import type { Platform } from "../protocols/platform.ts";
import { createProtocols, type ProtocolName } from "../protocols/registry.ts";
import { createApplication } from "./application.ts";
import { withCompression } from "./compression.ts";
import { createDocs } from "./docs/docs.ts";
import { withErrorForms } from "./error-forms.ts";
import { overloadGate, turnQueue } from "./event-loop.ts";
import { bothListeners } from "./grpc/both-listeners.ts";
import { serveGrpc } from "./grpc/serve-grpc.ts";
import { createHealth } from "./health.ts";
import { startHistory } from "./history.ts";
import { indexRoute } from "./index-route.ts";
import { type KernelSharing, sharedKernels } from "./kernels.ts";
import type { Limits } from "./limits.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import { startMonitoring } from "./monitoring.ts";
import { openapiProtocol } from "./openapi/openapi-route.ts";
import { createPage } from "./page/page.ts";
import type { PageFiles } from "./page/page-files.ts";
import { type BoundRoute, createRouter } from "./router.ts";
import { guard, type Security } from "./security.ts";
import { startStats } from "./stats/start-stats.ts";
import type { RequestRecorder } from "./telemetry/request-recorder.ts";
import type { Listen, Listener, Receive, Runtime, StreamReceive } from "./transport.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import { shareStatistics } from "./workers/group-statistics.ts";
import type { ProcessGroup } from "./workers/process-group.ts";
import type { WorkersStatus } from "./workers/supervisor.ts";

export interface ServeOptions {
  readonly models: ServedModels;
  /** Whether the models that should answer do: for `/health/ready`. */
  readonly modelsReady: () => boolean;
  /** What the supervisor said of all workers; undefined where there is none. */
  readonly workersStatus: () => WorkersStatus | undefined;
  /** How long what models are asked is counted; undefined counts nothing. */
  readonly monitoringMinutes: number | undefined;
  /** By which clients may ask; all where it is undefined. */
  readonly protocols?: readonly ProtocolName[] | undefined;
  /** What clients may do to models; absent where only operators may. */
  readonly control?: ModelControl | undefined;
  /** The cloud platform that runs the server; absent where none does. */
  readonly platform?: Platform | undefined;
  /** What happened to the models; told to nobody where it is absent. */
  readonly history?: ModelHistory | undefined;
  /** How models' kernels are handed out; undefined where they are not. */
  readonly kernels?: KernelSharing | undefined;
  /** What browsers are answered with at `/`; text where it is absent. */
  readonly page?: PageFiles | undefined;
  /** The viewer of `/openapi.json`; absent where it is not to be answered, or was not built. */
  readonly docs?: PageFiles | undefined;
  /** Of the server, as it tells clients. */
  readonly version: string;
  readonly limits: Limits;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Several processes share the port. */
  readonly shared: boolean;
  readonly security: Security;
  /** The port of gRPC, 0 for a free one; none is spoken where it is undefined. */
  readonly grpcPort?: number | undefined;
  /** Processes that share the port, this one among them. */
  readonly workers: number;
  /** These processes; undefined in one that serves alone. */
  readonly group: ProcessGroup | undefined;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown, requestId?: string) => void;
  /** Hears why an answer ends before its end. */
  readonly brokenOff?: ((error: SetosaError, requestId?: string) => void) | undefined;
  /** Makes an `X-Request-Id`. */
  readonly newRequestId?: (() => string) | undefined;
  /** Absent where nothing is counted, which then costs nothing. */
  readonly metrics?: ServerMetrics | undefined;
  /** Absent where no request is told of, which then costs nothing. */
  readonly recorder?: RequestRecorder | undefined;
}

export interface Server {
  /** The port that it really listens on. */
  readonly port: number;
  /** That of gRPC; undefined where none is spoken. */
  readonly grpcPort: number | undefined;
  /**
   * Is not ready any more, and after the delay that the limits say accepts no more, lets requests under way finish, and resolves when
   * every connection is closed.
   */
  drain(): Promise<void>;
  /** Closes every connection now. */
  destroy(): void;
}

/** The runtime of this process. */
export const currentRuntime: Runtime = process.versions.bun === undefined ? "node" : "bun";

/**
 * Serves a library's models over HTTP on the runtime of this process: puts protocols, limits and transport together.
 * @throws SetosaError PORT_IN_USE, ARGUMENT_INVALID
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { models, modelsReady, workersStatus, limits, host, port, shared, security, workers, group, monitoringMinutes, metrics } = options;
  const { report, newRequestId, recorder } = options;
  let draining = false;
  // Those who stand around the parts that know something of a request, the inner one first.
  const watchers = [metrics?.requests, recorder].filter((watcher) => watcher !== undefined);
  const health = createHealth(() => ({ draining, modelsReady: modelsReady(), models, workers: workersStatus() }));
  const served = watchers.reduce((inner: ServedModels, watcher) => watcher.models(inner), models);
  const statistics = new StatisticsBook({ monotonic: () => performance.now(), wall: () => Date.now() });
  const context = {
    models: served,
    limits: { bodyBytes: limits.bodyBytes, jsonDepth: limits.jsonDepth, rows: limits.rows, turns: turnQueue() },
    isReady: health.isReady,
    server: { name: "setosa", version: options.version },
    control: options.control,
    platform: options.platform,
    statistics,
    gatherStatistics: group && shareStatistics(group, models, statistics),
  };
  const predictions = createProtocols(context, options.protocols);
  const monitoring = monitoringMinutes === undefined ? undefined : startMonitoring(models, monitoringMinutes, group);
  // Those who ask for them have no key: load balancers, and the kubelet.
  const open = [...health.protocol.routes.map(({ path }) => path), ...predictions.flatMap((protocol) => protocol.open ?? [])];
  const errorForms = predictions.flatMap(({ errors }) => errors ?? []);
  // A route that predicts and names no model asks the default one.
  const modelOf = (route: Route) => route.model ?? (route.post === undefined ? undefined : models.library.default?.name);
  const docs = options.docs === undefined ? undefined : createDocs(options.docs);
  const openapi = openapiProtocol({
    router: () => current,
    models: () => models.library.names,
    modelOf,
    errorForms,
    keys: security.keys !== undefined,
    open: new Set([...open, ...(docs?.protocol.routes ?? []).map(({ path }) => path)]),
    limits,
    version: options.version,
  });
  const counts = metrics?.isPublic === true ? () => metrics.counts() : undefined;
  const stats = counts === undefined ? undefined : startStats({ counts, group, wall: Date.now, timer: startTimer });
  const page = options.page === undefined ? undefined : createPage(options.page);
  const protocols = [
    ...predictions,
    ...(monitoring === undefined ? [] : [monitoring.protocol]),
    ...(options.history === undefined ? [] : [startHistory(models, options.history, group)]),
    health.protocol,
    sharedKernels(models, options.kernels),
    ...(metrics?.isPublic === true ? [metrics.protocol] : []),
    openapi,
    ...[page, docs].flatMap((part) => part?.protocol ?? []),
    ...(stats === undefined ? [] : [stats.protocol]),
  ];
  const router = () => {
    const plain = createRouter(protocols, (routes) => indexRoute(routes, page?.index));
    return watchers.reduce((inner, watcher) => watcher.router(inner), plain);
  };
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const waitingRoom = createWaitingRoom({ deadline: limits.deadlineMilliseconds, now: () => performance.now(), timer: startTimer });
  const around = (route: BoundRoute, receive: Receive) => watchers.reduce((inner, watcher) => watcher.receive(route, inner), receive);
  const aroundStream = (route: BoundRoute, receive: StreamReceive) =>
    watchers.reduce((inner, watcher) => watcher.receiveStream(route, inner), receive);
  const gate = overloadGate(limits);
  const application = createApplication({
    limits,
    router: () => current,
    waitingRoom,
    around,
    aroundStream,
    gate,
    report,
    brokenOff: options.brokenOff,
    newRequestId,
  });
  const listen = await transport();
  const guarded = guard(withCompression(application), {
    security,
    open,
    isOpen: (request) => page?.isOpen(request) === true || docs?.isOpen(request) === true,
    admin: false,
    share: workers,
    modelOf: (path) => {
      const route = current.lookUp(path);
      return route === undefined ? undefined : modelOf(route);
    },
  });
  const formed = withErrorForms(guarded, errorForms);
  const watched = watchers.reduce((inner, watcher) => watcher.application(inner), formed);
  const http = await listen(watched, { host, port, shared, tls: security.tls });
  const shares = { context, models, watchers, limits, waitingRoom, gate, security, workers, report, newRequestId, host, shared };
  const grpc = await grpcListener(options.grpcPort, (grpcPort) => serveGrpc(listen, { ...shares, port: grpcPort }), http);
  const listener = grpc === undefined ? http : bothListeners(http, grpc);
  metrics?.watch({ connections: () => listener.connections(), waitingRoom, monitors: monitoring?.monitors });
  return {
    port: listener.port,
    grpcPort: grpc?.port,
    drain: async () => {
      draining = true;
      if (limits.drainDelayMilliseconds > 0) {
        listener.retire();
        await new Promise<void>((resolve) => startTimer(limits.drainDelayMilliseconds, resolve));
      }
      stats?.end();
      await listener.drain();
    },
    destroy: () => {
      stats?.end();
      listener.destroy();
    },
  };
}

/** That of gRPC, where it is wanted; without it there is no server. */
async function grpcListener(port: number | undefined, start: (port: number) => Promise<Listener>, http: Listener) {
  if (port === undefined) return undefined;
  try {
    return await start(port);
  } catch (error) {
    http.destroy();
    throw error;
  }
}

export async function transport(): Promise<Listen> {
  if (currentRuntime === "bun") return (await import("./transports/bun.ts")).listenBun;
  return (await import("./transports/node.ts")).listenNode;
}

export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
