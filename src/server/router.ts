import { SetosaError } from "../errors.ts";
import type { Answer, Protocol, Route } from "../protocols/exchange.ts";

/** A route with what can be said of it in advance. */
export interface BoundRoute extends Route {
  /** The methods that it answers: `GET, HEAD, OPTIONS`. */
  readonly allow: string;
  readonly options: Answer;
}

export interface Router {
  readonly routes: readonly BoundRoute[];
  /** The same, and for the document also those of which the path has to be looked at. */
  readonly described: readonly BoundRoute[];
  /** @throws SetosaError ROUTE_NOT_FOUND, or what a protocol says of the path */
  find(path: string): BoundRoute;
  /** The same without a word about what is not there. */
  lookUp(path: string): BoundRoute | undefined;
  methodError(route: BoundRoute, method: string): SetosaError;
}

/**
 * The routes that the protocols have now. Nearly every route has an exact path, so that finding one costs one look-up.
 * @param indexOf Makes the route that lists all others
 */
export function createRouter(protocols: readonly Protocol[], indexOf?: (routes: readonly Route[]) => Route): Router {
  const byPath = new Map<string, BoundRoute>();
  const listed = protocols.flatMap((protocol) => protocol.routes);
  for (const route of indexOf === undefined ? listed : [indexOf(listed), ...listed]) byPath.set(route.path, bind(route));
  const routes = [...byPath.values()];

  const lookUp = (path: string): BoundRoute | undefined => {
    const exact = byPath.get(path);
    if (exact !== undefined) return exact;
    const decoded = decode(path);
    const route = byPath.get(decoded);
    if (route !== undefined) return route;
    for (const protocol of protocols) {
      const resolved = protocol.resolve?.(decoded);
      if (resolved !== undefined) return bind(resolved);
    }
    return undefined;
  };

  const find = (path: string): BoundRoute => {
    const route = lookUp(path);
    if (route !== undefined) return route;
    const decoded = decode(path);
    for (const protocol of protocols) {
      const error = protocol.explain?.(decoded);
      if (error !== undefined) throw error;
    }
    throw new SetosaError("ROUTE_NOT_FOUND", `There is no ${shorten(decoded)} here.`, {
      hint: `The routes are ${listPaths(routes)}.`,
    });
  };

  const methodError = (route: BoundRoute, method: string) =>
    new SetosaError("METHOD_NOT_ALLOWED", `${route.path} does not answer ${shorten(method)}.`, {
      hint: `It answers ${route.allow}.`,
    });

  return {
    routes,
    get described() {
      return [
        ...routes,
        ...protocols
          .flatMap(({ resolvable = [] }) => resolvable)
          .filter(({ path }) => !byPath.has(path))
          .map(bind),
      ];
    },
    find,
    lookUp,
    methodError,
  };
}

function bind(route: Route): BoundRoute {
  const methods = [
    ...(route.get ? ["GET", "HEAD"] : route.stream ? ["GET"] : []),
    ...(route.post ? ["POST"] : []),
    ...(route.delete ? ["DELETE"] : []),
    "OPTIONS",
  ];
  const allow = methods.join(", ");
  return { ...route, allow, options: { head: { status: 204, headers: { allow } }, body: "" } };
}

/** Without percent-encoding and without slashes at its end. */
function decode(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // A broken escape stands for itself; no route has one.
  }
  let end = decoded.length;
  while (end > 1 && decoded[end - 1] === "/") end--;
  return decoded.slice(0, end);
}

/** What a client sent is echoed, but not at any length. */
function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function listPaths(routes: readonly Route[]): string {
  const paths = routes.map(({ path }) => path);
  const shown = paths.slice(0, 16).join(", ");
  return paths.length > 16 ? `${shown} and ${paths.length - 16} more` : shown;
}
