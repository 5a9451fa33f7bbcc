import { prefersJson } from "../protocols/accept.ts";
import { type Answer, type Answered, type Head, type HttpRequest, jsonHead, type Route, textHead } from "../protocols/exchange.ts";
import { describeRoutes } from "./describe.ts";

/**
 * `GET /`: what this server answers, as text or, where the client asks for it, as JSON. Its `status` is what KServe's servers say there
 * while they live, and KServe's client reads it with any `Accept`: by its name it is told from people with curl.
 * @param page Answers browsers; undefined to everybody else
 */
export function indexRoute(routes: readonly Route[], page?: (request: HttpRequest) => Answered | undefined): Route {
  const text: Answer = { head: page === undefined ? textHead : varying(textHead), body: indexText(routes) };
  const entries = routes.map((route) => ({ path: route.path, methods: methods(route), summary: route.summary }));
  const json: Answer = {
    head: page === undefined ? jsonHead : varying(jsonHead),
    body: `${JSON.stringify({ status: "alive", routes: entries })}\n`,
  };
  return {
    path: "/",
    summary: "This list.",
    protocol: "index",
    later: false,
    describe: describeRoutes,
    get: (request: HttpRequest) => page?.(request) ?? (prefersJson(request) || isPython(request) ? json : text),
  };
}

/** Caches have to know that browsers get something else. */
function varying({ status, headers }: Head): Head {
  return { status, headers: { ...headers, vary: "accept, user-agent" } };
}

function isPython({ headers }: HttpRequest): boolean {
  return headers.get("user-agent")?.startsWith("python-") === true;
}

function methods({ get, stream, post }: Route): string[] {
  return [...((get ?? stream) ? ["GET"] : []), ...(post ? ["POST"] : [])];
}

function indexText(routes: readonly Route[]): string {
  const rows = routes.map((route) => [methods(route).join(" "), route.path, route.summary] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map(([first, second, third]) => `${first.padEnd(widths[0] ?? 0)}  ${second.padEnd(widths[1] ?? 0)}  ${third}`);
  return `Setosa serves these routes.\n\n${lines.join("\n")}\n`;
}
