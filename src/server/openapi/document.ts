import type { Method, Operation } from "../../openapi/description.ts";
import { errorContent } from "../../openapi/errors.ts";
import type { ErrorForm } from "../../protocols/exchange.ts";
import type { Limits } from "../limits.ts";
import type { BoundRoute } from "../router.ts";
import { Components } from "./components.ts";
import { failures } from "./failures.ts";
import { introduction } from "./introduction.ts";
import { DistinctNames } from "./names.ts";
import { type DescribedPath, describedPaths } from "./paths.ts";

/** What a document is made of. */
export interface DocumentParts {
  readonly routes: readonly BoundRoute[];
  /** The names of all models, also of those that the reader may not ask. */
  readonly models: readonly string[];
  readonly errorForms: readonly ErrorForm[];
  /** Whether an API key is asked for, but at the paths that are open. */
  readonly keys: boolean;
  readonly open: ReadonlySet<string>;
  readonly limits: Limits;
  /** Of the server. */
  readonly version: string;
}

/** Both name the same key (RFC 6750, and a header of its own for clients that cannot set the other). */
const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "An API key made with `setosa keys add`." },
  apiKey: { type: "apiKey", in: "header", name: "X-Api-Key", description: "The same key." },
};

/** OpenAPI 3.1 of what a listener serves, from what its routes say of themselves. */
export function makeDocument(parts: DocumentParts): object {
  const { routes, models, keys, limits, version } = parts;
  const components = new Components(models);
  // The list of all routes is of no use before these.
  const ordered = [...routes.filter(({ path }) => path !== "/"), ...routes.filter(({ path }) => path === "/")];
  const described = describedPaths(ordered, (route) => route.describe(components));
  const ids = new DistinctNames();
  const paths = [...described].flatMap(([path, item]) =>
    item.operations.size === 0 ? [] : [[path, pathItem(path, item, { parts, components, ids })] as const],
  );
  const tags = new Map([...described.values()].filter(({ operations }) => operations.size > 0).map(({ tag }) => [tag.name, tag]));
  const { schemas, responses } = components;
  return {
    openapi: "3.1.1",
    info: { title: "Setosa", version, summary: "Predictions of the models that are loaded now.", description: introduction(limits) },
    // Relative to the document, so that it is true behind a proxy.
    servers: [{ url: "." }],
    security: keys ? [{ bearer: [] }, { apiKey: [] }] : [],
    tags: [...tags.values()],
    paths: Object.fromEntries(paths),
    components: { schemas, responses, ...(keys ? { securitySchemes } : {}) },
  };
}

interface Making {
  readonly parts: DocumentParts;
  readonly components: Components;
  readonly ids: DistinctNames;
}

function pathItem(path: string, item: DescribedPath, making: Making) {
  const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => {
    const values = item.names.get(name);
    return { name, in: "path", required: true, schema: { type: "string", ...(values === undefined ? {} : { enum: [...values].sort() }) } };
  });
  const operations = [...item.operations].map(([method, operation]) => [
    method,
    operationObject(path, method, { item, operation }, making),
  ]);
  return { ...(parameters.length === 0 ? {} : { parameters }), ...Object.fromEntries(operations) };
}

function operationObject(
  path: string,
  method: Method,
  { item, operation }: { readonly item: DescribedPath; readonly operation: Operation },
  { parts, components, ids }: Making,
) {
  const { id, summary, description, parameters, body, replies } = operation;
  const { route, tag } = item;
  const form = parts.errorForms.findLast((other) => other.claims(route.path));
  const open = parts.open.has(route.path);
  const content = form?.describe(components) ?? errorContent(components);
  const failed = Object.entries(failures(operation, route, { keys: parts.keys, open, content }));
  return {
    tags: [tag.name],
    operationId: ids.get(`${method} ${path}`, id),
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined || parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...replies,
      ...Object.fromEntries(failed.map(([status, response]) => [status, components.response(`Failure${status}`, response)])),
    },
    ...(parts.keys && open ? { security: [] } : {}),
  };
}
