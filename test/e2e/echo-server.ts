/**
 * A server with routes that need no model, for the transports' suite: `echo-server.ts bun|node`.
 * Limits come from the environment variable LIMITS as JSON; prints `listening <port>`.
 */

import { undescribed } from "../../src/openapi/description.ts";
import { type Answer, type Protocol, textHead } from "../../src/protocols/exchange.ts";
import { createApplication } from "../../src/server/application.ts";
import { defaultLimits, type Limits } from "../../src/server/limits.ts";
import { createRouter } from "../../src/server/router.ts";
import type { Listen } from "../../src/server/transport.ts";
import { createWaitingRoom } from "../../src/server/waiting-room.ts";

const limits: Limits = { ...defaultLimits, ...(JSON.parse(process.env.LIMITS ?? "{}") as Partial<Limits>) };
const text = (body: string): Answer => ({ head: textHead, body });
const accept = () => {};

const echo: Protocol = {
  routes: [
    {
      path: "/echo",
      summary: "the request itself",
      protocol: "echo",
      later: false,
      describe: undescribed,
      get: ({ method, path, query, headers }) => text(JSON.stringify({ method, path, query, agent: headers.get("user-agent") })),
      post: {
        check: accept,
        answer: (request, body) =>
          text(`${request.headers.get("content-type")} ${body.length} ${new TextDecoder().decode(body.subarray(0, 100))}`),
      },
    },
    {
      path: "/later",
      summary: "an answer after ?milliseconds",
      protocol: "echo",
      later: true,
      describe: undescribed,
      get: ({ query }) => new Promise((resolve) => setTimeout(() => resolve(text("later")), Number(query))),
      post: { check: accept, answer: ({ query }) => new Promise((resolve) => setTimeout(() => resolve(text("later")), Number(query))) },
    },
    {
      path: "/defect",
      summary: "fails",
      protocol: "echo",
      later: false,
      describe: undescribed,
      get: () => {
        throw new TypeError("a secret of somebody");
      },
    },
  ],
};

const listen: Listen =
  process.argv[2] === "bun"
    ? (await import("../../src/server/transports/bun.ts")).listenBun
    : (await import("../../src/server/transports/node.ts")).listenNode;

const router = createRouter([echo]);
const application = createApplication({
  limits,
  router: () => router,
  waitingRoom: createWaitingRoom({
    deadline: limits.deadlineMilliseconds,
    now: () => performance.now(),
    timer: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  }),
  report: (error) => process.stderr.write(`reported ${String(error)}\n`),
});
const listener = await listen(application, { host: "127.0.0.1", port: 0, shared: false });
process.on("SIGTERM", () => {
  void listener.drain().then(() => process.exit(0));
});
process.stdout.write(`listening ${listener.port}\n`);
