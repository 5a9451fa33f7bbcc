import { SetosaError } from "../errors.ts";
import type { ModelControl } from "../models/control.ts";
import { adminProtocol } from "../protocols/admin/routes.ts";
import type { Protocol } from "../protocols/exchange.ts";
import { openInferenceErrors } from "../protocols/open-inference/errors.ts";
import { repositoryProtocol } from "../protocols/open-inference/repository.ts";
import { withoutBrowsers } from "./access/no-browsers.ts";
import { createApplication } from "./application.ts";
import { withCompression } from "./compression.ts";
import { withErrorForms } from "./error-forms.ts";
import type { Limits } from "./limits.ts";
import { isLoopback } from "./loopback.ts";
import { openapiProtocol } from "./openapi/openapi-route.ts";
import { createRouter, type Router } from "./router.ts";
import { guard, type Security } from "./security.ts";
import { startTimer, transport } from "./serve.ts";
import type { Listener } from "./transport.ts";
import { createWaitingRoom } from "./waiting-room.ts";

export interface AdminOptions {
  /** What operators may do to models; nothing where it is absent. */
  readonly control?: ModelControl;
  /** What else they may ask. */
  readonly protocols: readonly Protocol[];
  readonly limits: Limits;
  readonly security: Security;
  /** A port of `host`, 0 for a free one, or a Unix socket. */
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  /** Of the server. */
  readonly version: string;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown, requestId?: string) => void;
  /** Makes an `X-Request-Id`. */
  readonly newRequestId?: () => string;
}

/** Connections of operators and scrapers: few. */
const mostConnections = 64;

/**
 * Serves the protocols of operators on a listener of their own, which the outside does not reach by default: a Unix socket that only this
 * user may connect to, or a port of this machine. Other addresses need API keys; where there are some, a port asks for one that may
 * administer, and TLS is spoken beyond this machine where there is a certificate.
 * @throws SetosaError ARGUMENT_INVALID, PORT_IN_USE
 */
export async function serveAdmin(options: AdminOptions): Promise<Listener> {
  const { control, protocols, limits, security, address, version, report, newRequestId } = options;
  const isSocket = "path" in address;
  const isLocal = isSocket || isLoopback(address.host);
  if (!isLocal && security.keys === undefined)
    throw new SetosaError("ARGUMENT_INVALID", `The admin listener at ${address.host} would be open to the network without a key.`, {
      path: "--admin-host",
      hint: "Give --api-keys with a key made by setosa keys add NAME --admin, or leave --admin-host out for this machine only.",
    });
  const own: Limits = { ...limits, connections: Math.min(limits.connections, mostConnections) };
  const errorForms = control === undefined ? [] : [openInferenceErrors];
  const openapi = openapiProtocol({
    router: () => router,
    models: () => [],
    modelOf: () => undefined,
    errorForms,
    keys: security.keys !== undefined && !isSocket,
    open: new Set(),
    limits: own,
    version,
  });
  const acting = control === undefined ? [] : [adminProtocol(control), repositoryProtocol(control)];
  const router: Router = createRouter([...acting, ...protocols, openapi]);
  const application = createApplication({
    limits: own,
    router: () => router,
    waitingRoom: createWaitingRoom({ deadline: own.deadlineMilliseconds, now: () => performance.now(), timer: startTimer }),
    report,
    newRequestId,
  });
  // Who may connect to the socket is decided by its file.
  const formed = withErrorForms(withCompression(application), errorForms);
  const guarded = isSocket ? formed : guard(formed, { security, open: [], admin: true, share: 1, modelOf: () => undefined });
  const listen = await transport();
  return listen(security.keys === undefined || isSocket ? withoutBrowsers(guarded) : guarded, {
    ...(isSocket ? { host: "localhost", port: 0, path: address.path } : address),
    shared: false,
    tls: isLocal ? undefined : security.tls,
  });
}
