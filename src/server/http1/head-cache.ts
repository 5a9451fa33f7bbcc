import { type HeadFault, parseRequestHead, type RequestHead } from "./request-head.ts";

const mostHeads = 512;
/** Longer ones hold cookies and tokens, which differ from client to client. */
const longestHead = 1024;

/**
 * Heads by their text: a client sends the same one again and again, and parsing it costs more than everything else that
 * a small request needs. A head is a pure function of its text, so that clients cannot see each other's.
 */
export class HeadCache {
  readonly #heads = new Map<string, RequestHead>();

  read(text: string): RequestHead | HeadFault {
    const known = this.#heads.get(text);
    if (known !== undefined) return known;
    const head = parseRequestHead(text);
    if ("fault" in head || text.length > longestHead || isSingular(head)) return head;
    if (this.#heads.size >= mostHeads) this.#heads.clear();
    this.#heads.set(text, head);
    return head;
  }
}

/** Of a head that names its request, there is no second one: it would only drive out others. */
function isSingular({ request: { requestId, headers } }: RequestHead): boolean {
  return requestId !== undefined || headers.get("traceparent") !== undefined;
}
