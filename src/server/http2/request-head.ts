import type { HeaderReader } from "../../protocols/exchange.ts";

/** A request's header fields, as they came. */
export interface Http2Head {
  readonly method: string;
  readonly path: string;
  readonly headers: FieldReader;
}

/** Few fields, and of most requests none is asked for: a list. */
export class FieldReader implements HeaderReader {
  readonly #fields: string[] = [];

  add(name: string, value: string): void {
    const at = this.#indexOf(name);
    if (at < 0) this.#fields.push(name, value);
    else this.#fields[at + 1] += `, ${value}`;
  }

  get(name: string): string | undefined {
    const at = this.#indexOf(name);
    return at < 0 ? undefined : this.#fields[at + 1];
  }

  #indexOf(name: string): number {
    for (let index = 0; index < this.#fields.length; index += 2) if (this.#fields[index] === name) return index;
    return -1;
  }
}

const fieldName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** They speak of a connection, and there is none of that kind (RFC 9113, 8.2.2). */
const misplaced = new Set(["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"]);
const target = /^\/[\x21-\x7e]*$/;

/** Collects one request's fields, strictly (RFC 9113, 8.2 and 8.3). */
export class HeadBuilder {
  readonly #pseudo = new Map<string, string>();
  readonly #headers = new FieldReader();
  #regular = false;
  #fault: string | undefined;

  add(name: string, value: string): void {
    if (!fieldValue.test(value)) this.#fault ??= "a header's value has control characters";
    if (name.startsWith(":")) {
      if (this.#regular) this.#fault ??= "a pseudo-header comes behind others";
      if (this.#pseudo.has(name)) this.#fault ??= `${name} is there twice`;
      this.#pseudo.set(name, value);
      return;
    }
    this.#regular = true;
    if (!fieldName.test(name)) this.#fault ??= "a header's name is none in lower case";
    else if (misplaced.has(name)) this.#fault ??= `the header ${name} has no place in HTTP/2`;
    else this.#headers.add(name, value);
  }

  /** The head, or why it is none. */
  build(): Http2Head | string {
    if (this.#fault !== undefined) return this.#fault;
    const method = this.#pseudo.get(":method") ?? "";
    const path = this.#pseudo.get(":path") ?? "";
    if (method === "" || this.#pseudo.get(":scheme") === undefined) return ":method or :scheme is absent";
    if (!target.test(path)) return ":path is no path";
    for (const name of this.#pseudo.keys()) if (!pseudoHeaders.has(name)) return "there is a pseudo-header that no request has";
    return { method, path, headers: this.#headers };
  }
}

const pseudoHeaders = new Set([":method", ":path", ":scheme", ":authority"]);
