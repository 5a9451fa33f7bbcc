import {
  type Content,
  type Method,
  methods,
  type Operation,
  type Parameter,
  type RouteDescription,
  type Tag,
} from "../../openapi/description.ts";
import type { BoundRoute } from "../router.ts";

/** Examples of one body: each of many models would have its own. */
const mostExamples = 20;

/** A path of the document with what stands at it, gathered from all routes that it stands for. */
export interface DescribedPath {
  readonly tag: Tag;
  /** One of its routes. */
  readonly route: BoundRoute;
  readonly operations: ReadonlyMap<Method, Operation>;
  /** What there is for each of the names in its braces. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Routes that differ in names alone become one path. */
export function describedPaths(
  routes: readonly BoundRoute[],
  describe: (route: BoundRoute) => RouteDescription,
): ReadonlyMap<string, DescribedPath> {
  const paths = new Map<string, DescribedPath>();
  for (const route of routes) {
    const description = describe(route);
    // Of a route's own path nothing may be taken for a name in braces.
    const path = description.path ?? encodeURI(route.path);
    const known = paths.get(path);
    paths.set(path, {
      tag: description.tag,
      route: known?.route ?? route,
      operations: joined(known, description),
      names: named(known, description),
    });
  }
  return paths;
}

function joined(known: DescribedPath | undefined, description: RouteDescription): ReadonlyMap<Method, Operation> {
  const operations = new Map(known?.operations);
  for (const method of methods) {
    const operation = description[method];
    const first = operations.get(method);
    if (operation !== undefined) operations.set(method, first === undefined ? operation : join(first, operation));
  }
  return operations;
}

function named(known: DescribedPath | undefined, { names = {} }: RouteDescription): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map(known?.names);
  for (const [name, value] of Object.entries(names)) all.set(name, new Set([...(all.get(name) ?? []), value]));
  return all;
}

/** What is true of one of the models is true of some. */
function join(first: Operation, next: Operation): Operation {
  const parameters = joinParameters(first.parameters ?? [], next.parameters ?? []);
  const errors = [...new Set([...(first.errors ?? []), ...(next.errors ?? [])])];
  const { body } = first;
  return {
    ...first,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined || next.body === undefined ? {} : { body: { ...body, content: joinContent(body.content, next.body.content) } }),
    errors,
  };
}

function joinParameters(first: readonly Parameter[], next: readonly Parameter[]): readonly Parameter[] {
  return [...first, ...next.filter(({ name }) => !first.some((other) => other.name === name))];
}

function joinContent(first: Content, next: Content): Content {
  const joinedMedia = { ...next, ...first };
  return Object.fromEntries(
    Object.entries(joinedMedia).map(([type, media]) => {
      const examples = Object.entries({ ...first[type]?.examples, ...next[type]?.examples }).slice(0, mostExamples);
      return [type, examples.length === 0 ? media : { ...media, examples: Object.fromEntries(examples) }];
    }),
  );
}
