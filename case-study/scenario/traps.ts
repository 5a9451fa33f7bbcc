import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Places that answer no prediction, and that hey ranks all the same: the study may have measured one of them. */
export interface Trap {
  readonly name: string;
  readonly url: string;
  close(): void;
}

/** A port that answers 403 to everything, as AirPlay's receiver does on port 5000 of a Mac. */
export async function forbiddenPort(): Promise<Trap> {
  const server = createServer((_, response) => {
    response.writeHead(403, { server: "AirTunes/775.3.1", "content-length": 0 }).end();
  });
  return { name: "a port that answers 403", url: await listen(server), close: () => server.closeAllConnections() };
}

/** A port that was free a moment ago. */
export async function closedPort(): Promise<Trap> {
  const server = createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return { name: "a port where nothing listens", url, close: () => {} };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}
