import { createServer } from "node:net";
import { listenError } from "../listen-error.ts";

/**
 * The port that workers can share: the given one when nobody listens on it, or a free one for 0. Asked before
 * any worker listens, because SO_REUSEPORT would let them share it with a stranger who set it too.
 * @throws SetosaError PORT_IN_USE, ARGUMENT_INVALID
 */
export function freePort(wanted: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause) => reject(listenError(cause, { ...wanted, shared: false })));
    probe.listen({ host: wanted.host, port: wanted.port, exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted.port;
      probe.close(() => resolve(port));
    });
  });
}
