import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "../e2e/process.ts";

/**
 * Which routes each client calls, and what the server made of it: read from the access log of a server that nobody else asks, and kept in
 * routes.json, from which docs/protocols.md has them. `RECORD=1` before the command that runs the suites writes that file anew.
 */

const file = `${root}test/clients/routes.json`;

/** Routes such as `POST /v2/models/{model}/infer`. */
export interface CalledRoutes {
  readonly answered: readonly string[];
  /** Each time. */
  readonly refused: readonly string[];
}
export type RecordedRoutes = Readonly<Record<string, CalledRoutes>>;

export function recordedRoutes(): RecordedRoutes {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RecordedRoutes) : {};
}

export function record(client: string, routes: CalledRoutes): void {
  const all = { ...recordedRoutes(), [client]: routes };
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`);
}

/** A route without the names of models and versions; of a call of gRPC, its method's own path. */
export function routeTemplate(path: string): string {
  return path
    .replace(/(?<=.)\/+$/, "")
    .replace(/^(\/v[12])?(\/repository)?\/models\/(?!stats$)[^/:]+/, "$1$2/models/{model}")
    .replace(/\/versions\/[^/:]+/, "/versions/{version}")
    .replace(/\/labels\/[^/:]+/, "/labels/{label}");
}

interface LoggedRequest {
  readonly msg: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What a server with `--access-log --log-format json` has told of requests by one of its routes. */
export function calledRoutes(log: string): CalledRoutes {
  const answered = new Set<string>();
  const refused = new Set<string>();
  for (const line of log.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { msg, method, path, status } = JSON.parse(line) as LoggedRequest;
    // A path that is none of the server's is cut short: nothing is known of it.
    if (msg !== "request" || path.includes("…")) continue;
    (status < 400 ? answered : refused).add(`${method} ${routeTemplate(path)}`);
  }
  return { answered: [...answered].sort(), refused: [...refused].filter((route) => !answered.has(route)).sort() };
}
