import { SetosaError } from "../errors.ts";
import { openSecurity, type Security } from "../server/security.ts";
import type { ServeValues } from "./serve-options.ts";

/**
 * Keys, certificates and origins by the options of serve.
 * @throws SetosaError ARGUMENT_INVALID
 */
export async function readSecurity(values: ServeValues, log: (line: string) => void): Promise<Security> {
  const { "tls-cert": cert, "tls-key": key, "tls-client-ca": clientCa } = values;
  if ((cert === undefined) !== (key === undefined))
    throw missing(cert === undefined ? "--tls-cert" : "--tls-key", "--tls-cert and --tls-key belong together.", "Give both, as PEM files.");
  if (clientCa !== undefined && cert === undefined)
    throw missing("--tls-cert", "--tls-client-ca needs TLS.", "Give --tls-cert and --tls-key too.");
  const tls = cert === undefined || key === undefined ? undefined : { cert, key, clientCa };
  return openSecurity({ keys: values["api-keys"], tls, corsOrigins: values["cors-origin"] ?? [] }, log);
}

/**
 * Where the admin listener is, if there is one.
 * @throws SetosaError ARGUMENT_INVALID
 */
export function adminAddress(values: ServeValues): { host: string; port: number } | { path: string } | undefined {
  const { "admin-port": port, "admin-host": host, "admin-socket": path } = values;
  if (path !== undefined && (port !== undefined || host !== undefined))
    throw missing("--admin-socket", "--admin-socket and --admin-port exclude each other.", "Give one of them.");
  if (path !== undefined) return { path };
  if (port !== undefined) return { host: host ?? "127.0.0.1", port };
  if (host !== undefined) throw missing("--admin-port", "--admin-host needs a port.", "Give --admin-port too.");
  return undefined;
}

function missing(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}
