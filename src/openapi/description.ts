import type { ErrorCode } from "../errors.ts";
import type { Json, Schema } from "./schema.ts";

/** A part of a server, as readers of the document see it. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

export interface Example {
  readonly summary?: string;
  readonly value: Json;
}

/** A body in one content type. */
export interface Media {
  /** Absent where the body is not what its type says. */
  readonly schema?: Schema;
  /** By name. */
  readonly examples?: Readonly<Record<string, Example>>;
}

export type Content = Readonly<Record<string, Media>>;

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "header";
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: Json;
}

export interface RequestBody {
  readonly description?: string;
  readonly required?: boolean;
  readonly content: Content;
}

/** An answer that is no error. */
export interface Reply {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
}

/** What one method of a path does. */
export interface Operation {
  /** Stable, and an identifier in most languages: `predictIris`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: RequestBody;
  /** By status. */
  readonly replies: Readonly<Record<number, Reply>>;
  /** What it refuses with, beside what every route does. */
  readonly errors?: readonly ErrorCode[];
}

export const methods = ["get", "post", "delete"] as const;
export type Method = (typeof methods)[number];

/** What clients may know of a route. It has an operation for each method that the route has, and no other. */
export interface RouteDescription extends Readonly<Partial<Record<Method, Operation>>> {
  readonly tag: Tag;
  /** For routes that differ in names alone: `/v2/models/{model}/infer`. The route's own path where it is absent. */
  readonly path?: string;
  /** What stands in this route's path for the names in braces; absent where anything may. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What descriptions are made with. */
export interface Describing {
  /**
   * A schema that several operations share, under a name of its own in the document.
   * @param key Says that two are the same
   * @param name The wanted name; another one where something else has it
   * @returns a reference to it
   */
  schema(key: string, name: string, make: () => Schema): Schema;
  /** A model's name as a part of identifiers: `IrisForest` for `iris-forest`, different for each of the models. */
  identifier(model: string): string;
}

/** How a route says what it is: called only when somebody asks for the document. */
export type Describe = (using: Describing) => RouteDescription;

/** Of a route that no document has: a method of gRPC, which has reflection, or a part of a page. */
export const undescribed: Describe = () => ({ tag: { name: "", description: "" } });
