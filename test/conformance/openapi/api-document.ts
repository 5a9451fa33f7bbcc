import { type ErrorObject, Ajv2020 as Validator } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface ParameterObject {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type?: unknown; readonly enum?: readonly unknown[] };
  readonly example?: unknown;
}

interface ContentObject {
  readonly [type: string]: { readonly schema?: unknown; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> };
}

export interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: { readonly content: ContentObject };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: ContentObject }>>;
  readonly security?: readonly unknown[];
}

export type Method = "get" | "post" | "delete";
export const methods: readonly Method[] = ["get", "post", "delete"];

type PathItem = { readonly parameters?: readonly ParameterObject[] } & { readonly [method in Method]?: OperationObject };

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>>; readonly responses: OperationObject["responses"] };
}

export interface FoundOperation {
  /** As the document writes it. */
  readonly path: string;
  readonly method: Method;
  readonly operation: OperationObject;
}

/** A document of a server, and what JSON Schema says of requests and answers. */
export class ApiDocument {
  readonly #validator: Validator;
  readonly openapi: OpenApi;

  constructor(openapi: OpenApi) {
    this.openapi = openapi;
    this.#validator = new Validator({ strict: true, allowUnionTypes: true, strictTuples: false, strictTypes: false, allErrors: true });
    // Its types say that it is a namespace.
    (addFormats as unknown as (validator: Validator) => void)(this.#validator);
    // What a document has around its schemas.
    this.#validator.addVocabulary(["openapi", "info", "servers", "security", "tags", "paths", "components"]);
    this.#validator.addSchema(openapi, "document");
  }

  static async of(url: string, headers: Record<string, string> = {}): Promise<ApiDocument> {
    const answer = await fetch(`${url}/openapi.json`, { headers });
    if (answer.status !== 200) throw new Error(`/openapi.json answered ${answer.status}: ${await answer.text()}`);
    return new ApiDocument((await answer.json()) as OpenApi);
  }

  get operations(): readonly FoundOperation[] {
    return Object.entries(this.openapi.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        return operation === undefined ? [] : [{ path, method, operation }];
      }),
    );
  }

  /** The operation of a request: a path without names in braces before one with them, as OpenAPI has it. */
  find(method: string, path: string): FoundOperation | undefined {
    const own = path.length > 1 ? path.replace(/\/+$/, "") : path;
    const matching = this.operations.filter((found) => found.method === method.toLowerCase() && this.#matches(found.path, own));
    return matching.find((found) => !found.path.includes("{")) ?? matching[0];
  }

  #matches(template: string, path: string): boolean {
    const pattern = template
      .split(/\{([^}]+)\}/)
      .map((part, index) => (index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>[^/:]+)`))
      .join("");
    const match = new RegExp(`^${pattern}$`).exec(path);
    if (match === null) return false;
    return (this.openapi.paths[template]?.parameters ?? []).every(
      ({ name, schema }) => schema.enum?.includes(decodeURIComponent(match.groups?.[name] ?? "")) ?? true,
    );
  }

  /** All paths that a template stands for. */
  expand(template: string): readonly string[] {
    return (this.openapi.paths[template]?.parameters ?? []).reduce<readonly string[]>(
      (paths, { name, schema }) =>
        paths.flatMap((path) => (schema.enum ?? ["some"]).map((value) => path.replace(`{${name}}`, encodeURIComponent(String(value))))),
      [template],
    );
  }

  /** What is wrong with the body of a request; undefined where the document has no such content. */
  checkBody({ path, method }: FoundOperation, type: string, body: unknown): readonly string[] | undefined {
    return this.#check(["paths", path, method, "requestBody", "content", type, "schema"], body);
  }

  /** What is wrong with an answer. */
  checkAnswer({ path, method, operation }: FoundOperation, status: number, type: string | undefined, body: string): readonly string[] {
    const response = operation.responses[status];
    if (response === undefined) return [`the document has no status ${status}`];
    const { $ref } = response;
    const place =
      $ref === undefined ? ["paths", path, method, "responses", String(status)] : ["components", "responses", $ref.split("/").at(-1) ?? ""];
    const content = $ref === undefined ? response.content : this.openapi.components.responses[place[2] as string]?.content;
    if (content === undefined) return body.trim() === "" ? [] : ["the document has no content"];
    const media = (type ?? "").split(";")[0]?.trim() ?? "";
    if (content[media] === undefined) return [`the document has no content of type ${media}`];
    if (content[media].schema === undefined) return [];
    if (media !== "application/json") return [];
    return this.#check([...place, "content", media, "schema"], JSON.parse(body)) ?? [];
  }

  checkSchema(name: string, value: unknown): readonly string[] {
    const found = this.#check(["components", "schemas", name], value);
    if (found === undefined) throw new Error(`The document has no schema ${name}.`);
    return found;
  }

  #check(place: readonly string[], value: unknown): readonly string[] | undefined {
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validate = this.#validator.getSchema(`document#/${pointer}`);
    if (validate === undefined) return undefined;
    if (validate(value) === true) return [];
    const errors = validate.errors ?? [];
    return errors.map(({ instancePath, message, params }: ErrorObject) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}
