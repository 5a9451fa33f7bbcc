/** A JSON value as it stands in a document. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type SchemaType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** What is used here of JSON Schema 2020-12, which is what OpenAPI 3.1 has (https://spec.openapis.org/oas/v3.1.1#schema-object). */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly format?: string;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly examples?: readonly Json[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: boolean | Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly contentMediaType?: string;
}

/** An object with these members and, unless `open`, no others. All are required but those that are named in `optional`. */
export function objectSchema(
  properties: Readonly<Record<string, Schema>>,
  { optional = [], open = false, ...more }: { readonly optional?: readonly string[]; readonly open?: boolean } & Schema = {},
): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return {
    type: "object",
    ...more,
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(open ? {} : { additionalProperties: false }),
  };
}

export function arrayOf(items: Schema, more: Schema = {}): Schema {
  return { type: "array", ...more, items };
}

/** One of several; itself where there is one. */
export function anyOf(schemas: readonly Schema[], more: Schema = {}): Schema {
  const [only] = schemas;
  return only !== undefined && schemas.length === 1 ? { ...only, ...more } : { ...more, anyOf: schemas };
}

export const text: Schema = { type: "string" };
export const integer: Schema = { type: "integer" };
export const flag: Schema = { type: "boolean" };
export const count: Schema = { type: "integer", minimum: 0 };
