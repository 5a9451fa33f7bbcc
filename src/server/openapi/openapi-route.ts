import { createHash } from "node:crypto";
import { type Answer, type HttpRequest, jsonHead, type Protocol, type Route } from "../../protocols/exchange.ts";
import { describeDocument } from "../describe.ts";
import type { BoundRoute, Router } from "../router.ts";
import { type DocumentParts, makeDocument } from "./document.ts";

export interface OpenapiOptions extends Omit<DocumentParts, "routes" | "models"> {
  /** The routes as they are now; another object after every change. */
  readonly router: () => Router;
  /** The names of all models. */
  readonly models: () => readonly string[];
  /** The model that answers at a route; undefined where none does. */
  readonly modelOf: (route: Route) => string | undefined;
}

/** Documents of different keys that are kept at once. */
const mostDocuments = 32;

interface KeptDocument {
  readonly etag: string;
  readonly answer: Answer;
  readonly unchanged: Answer;
}

/** `GET /openapi.json`. A key that is made for some models is shown their routes alone, and is not told of others. */
export function openapiProtocol(options: OpenapiOptions): Protocol {
  const { router, models, modelOf, keys } = options;
  const kept = new WeakMap<Router, Map<string, KeptDocument>>();
  const documentFor = (allowed: ReadonlySet<string> | undefined): KeptDocument => {
    const now = router();
    const documents = kept.get(now) ?? new Map<string, KeptDocument>();
    kept.set(now, documents);
    const key = allowed === undefined ? "" : JSON.stringify([...allowed].sort());
    const known = documents.get(key);
    if (known !== undefined) return known;
    const isShown = (route: BoundRoute) => {
      const model = allowed === undefined ? undefined : modelOf(route);
      // Of a route for any model the name in its path is none.
      return model === undefined || allowed?.has(model) === true || !models().includes(model);
    };
    const document = makeDocument({ ...options, routes: now.described.filter(isShown), models: models() });
    const made = keep(`${JSON.stringify(document)}\n`, keys);
    if (documents.size >= mostDocuments) documents.clear();
    documents.set(key, made);
    return made;
  };
  const get = ({ headers, allowedModels }: HttpRequest): Answer => {
    const { etag, answer, unchanged } = documentFor(allowedModels);
    return matches(headers.get("if-none-match"), etag) ? unchanged : answer;
  };
  return {
    routes: [
      { path: "/openapi.json", summary: "These routes, as OpenAPI.", protocol: "openapi", later: false, get, describe: describeDocument },
    ],
  };
}

function keep(body: string, isPrivate: boolean): KeptDocument {
  // Weak: the same in gzip and plain (RFC 9110, 8.8.1).
  const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = { etag, "cache-control": isPrivate ? "private, no-cache" : "no-cache" };
  return {
    etag,
    answer: { head: { status: 200, headers: { ...jsonHead.headers, ...headers } }, body },
    unchanged: { head: { status: 304, headers }, body: "" },
  };
}

/** `If-None-Match` (RFC 9110, 13.1.2), compared weakly. */
function matches(header: string | null | undefined, etag: string): boolean {
  if (header === null || header === undefined) return false;
  const opaque = etag.slice(2);
  return header.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === opaque);
}
