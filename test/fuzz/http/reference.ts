import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";

/** A request as another parser (llhttp, in Node's own server) understands it. */
export interface ReferenceRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Undefined where it has not come whole. */
  readonly body: Buffer | undefined;
}

export interface ReferenceReading {
  readonly requests: readonly ReferenceRequest[];
  /** Where it stopped: llhttp's own code. */
  readonly fault: string | undefined;
}

export interface Reference {
  /** @param stream Latin1 */
  read(stream: string): Promise<ReferenceReading>;
  close(): void;
}

interface Draft extends Omit<ReferenceRequest, "body"> {
  body: Buffer | undefined;
}

class Wire extends Duplex {
  readonly requests: Draft[] = [];
  fault: string | undefined;

  constructor() {
    super({ allowHalfOpen: true, emitClose: true });
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }
}

/**
 * llhttp stops behind a request that asks for another protocol, whether or not it gets it; a server that ignores the wish goes
 * on (RFC 9110, 7.8). So the header has another name of the same length here, and its own again in bodies.
 */
const hide = (text: string) => text.replace(/u(?=pgrade:)/gi, (letter) => (letter === "u" ? "q" : "Q"));
const show = (text: string) => text.replace(/q(?=pgrade:)/gi, (letter) => (letter === "q" ? "u" : "U"));

/** Node's own HTTP server without sockets: a stream goes in, and what it takes for requests comes out. */
export function createReference(): Reference {
  const take = (request: IncomingMessage, response: ServerResponse) => {
    const wire = request.socket as unknown as Wire;
    const draft: Draft = { method: request.method ?? "", target: request.url ?? "", headers: request.rawHeaders, body: undefined };
    wire.requests.push(draft);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      draft.body = Buffer.from(show(Buffer.concat(parts).toString("latin1")), "latin1");
      response.end();
    });
    request.on("error", () => {});
  };
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, take);
  server.on("checkExpectation", take);
  server.on("checkContinue", take);
  // Not destroyed here: what was read before is told later.
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    (socket as unknown as Wire).fault ??= error.code;
  });
  return {
    read: (stream) =>
      new Promise((resolve) => {
        const wire = new Wire();
        wire.on("error", () => {});
        wire.on("close", () => resolve(wire));
        server.emit("connection", wire);
        wire.push(Buffer.from(hide(stream), "latin1"));
        wire.push(null);
        // Bodies and the end of the stream are told in turns of their own; after a few of these nothing is to come.
        let turns = 4;
        const turn = () => {
          if (turns-- > 0) setImmediate(turn);
          else wire.destroy();
        };
        setImmediate(turn);
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
