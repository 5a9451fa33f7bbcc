import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { Connection, type Endpoint } from "./connection.ts";
import type { Answer } from "./response-reader.ts";

const connectMilliseconds = 2_000;

/** One answer with a copy of its body, or why there is none. */
export type Asked = Answer | { readonly failure: string };

/** Asks one thing after the other over one connection, as long as the server keeps it. */
export class Asker {
  readonly #connection: Connection;
  readonly #timeoutMilliseconds: number;
  #resolve: (asked: Asked) => void = () => {};

  constructor(endpoint: Endpoint, timeoutMilliseconds: number) {
    this.#timeoutMilliseconds = timeoutMilliseconds;
    this.#connection = new Connection(endpoint, {
      answer: ({ status, head, body, bytes, keepAlive }) => this.#resolve({ status, head, body: Buffer.from(body), bytes, keepAlive }),
      failure: (failure) => this.#resolve({ failure }),
    });
  }

  async ask(request: Uint8Array): Promise<Asked> {
    const timer = setTimeout(() => this.#connection.fail("no answer in time"), this.#timeoutMilliseconds);
    try {
      return await new Promise<Asked>((resolve) => {
        this.#resolve = resolve;
        this.#connection.send(request);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#connection.close();
  }
}

/** Where a URL leads: the first of its host's addresses that takes a connection, looked up once for the whole run. */
export async function endpointOf(url: URL): Promise<Endpoint> {
  const tls = url.protocol === "https:";
  const name = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (tls ? 443 : 80) : Number(url.port);
  const addresses = await lookup(name, { all: true }).catch(() => []);
  for (const { address } of addresses) if (await accepts(address, port)) return { host: address, port, tls, name };
  return { host: addresses[0]?.address ?? name, port, tls, name };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (accepted: boolean) => () => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(connectMilliseconds, end(false));
    socket.on("connect", end(true)).on("error", end(false));
  });
}

/** Whether the address is this machine's own, so that its processes can be looked at. */
export function isLocal({ host }: Endpoint): boolean {
  return (
    host === "::1" ||
    host.startsWith("127.") ||
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === host))
  );
}
