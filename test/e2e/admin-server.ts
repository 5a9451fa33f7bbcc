/**
 * An admin listener with a route that needs no model: `admin-server.ts` and its address as JSON; prints `listening <port>`.
 * Keys and certificates come as JSON in the environment variable FILES.
 */

import { describeError } from "../../src/cli/error-text.ts";
import { SetosaError } from "../../src/errors.ts";
import { undescribed } from "../../src/openapi/description.ts";
import { type Protocol, textHead } from "../../src/protocols/exchange.ts";
import { serveAdmin } from "../../src/server/admin-listener.ts";
import { defaultLimits } from "../../src/server/limits.ts";
import { openSecurity, type SecurityFiles } from "../../src/server/security.ts";

const log = (line: string) => process.stderr.write(`${line}\n`);
const files: SecurityFiles = { keys: undefined, tls: undefined, corsOrigins: [], ...JSON.parse(process.env.FILES ?? "{}") };
const state: Protocol = {
  routes: [
    {
      path: "/state",
      summary: "a state",
      protocol: "test",
      later: false,
      describe: undescribed,
      get: () => ({ head: textHead, body: "well" }),
    },
  ],
};
try {
  const listener = await serveAdmin({
    protocols: [state],
    limits: defaultLimits,
    security: await openSecurity(files, log),
    version: "1",
    address: JSON.parse(process.argv[2] ?? "{}"),
    report: (error) => log(String(error)),
  });
  process.stdout.write(`listening ${listener.port}\n`);
  process.on("SIGTERM", () => void listener.drain().then(() => process.exit(0)));
} catch (error) {
  if (!(error instanceof SetosaError)) throw error;
  log(describeError(error));
  process.exit(1);
}
