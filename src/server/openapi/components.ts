import type { Describing } from "../../openapi/description.ts";
import type { Schema } from "../../openapi/schema.ts";
import type { ResponseObject } from "./failures.ts";
import { DistinctNames, modelIdentifiers } from "./names.ts";

export interface Reference {
  readonly $ref: string;
}

/** What descriptions share, gathered while they are made. */
export class Components implements Describing {
  readonly #schemaNames = new DistinctNames();
  readonly #schemas = new Map<string, Schema>();
  readonly #responseNames = new DistinctNames();
  readonly #responses = new Map<string, ResponseObject>();
  readonly identifier: (model: string) => string;

  /** @param models All that there are, so that a model is called the same in the documents of different keys */
  constructor(models: readonly string[]) {
    this.identifier = modelIdentifiers(models);
  }

  schema(key: string, name: string, make: () => Schema): Reference {
    const own = this.#schemaNames.get(key, name);
    if (!this.#schemas.has(own)) this.#schemas.set(own, make());
    return { $ref: `#/components/schemas/${own}` };
  }

  /** Many operations fail alike. */
  response(name: string, response: ResponseObject): Reference {
    const own = this.#responseNames.get(JSON.stringify(response), name);
    this.#responses.set(own, response);
    return { $ref: `#/components/responses/${own}` };
  }

  get schemas(): Readonly<Record<string, Schema>> {
    return sorted(this.#schemas);
  }

  get responses(): Readonly<Record<string, ResponseObject>> {
    return sorted(this.#responses);
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)));
}
