import { SetosaError } from "../errors.ts";
import type { Answer, Answered, AnswerStream, Head, HttpRequest } from "../protocols/exchange.ts";
import { type Application, isStream, type Receive } from "./transport.ts";

/** Headers of an answer that pages may read beyond the few that every page may. */
const exposed = "retry-after, www-authenticate, x-request-id";
/** Seconds for which a browser remembers an answer to its question. */
const maxAge = "600";

/**
 * Lets pages of other origins ask (the Fetch standard's CORS protocol): the same application, whose answers say so. Keys travel in headers
 * that pages set themselves, so credentials of the browser's (cookies, certificates) are not allowed.
 * @param origins `https://app.example`, or `*` for all
 * @throws SetosaError ARGUMENT_INVALID for what is no origin
 */
export function withCors(application: Application, origins: readonly string[]): Application {
  for (const origin of origins) checkOrigin(origin);
  const any = origins.includes("*");
  const allowed = new Set(origins);

  /** Heads are few and shared: each has one other for every origin that is allowed, and one for those that are not. */
  const byOrigin = new Map<string, WeakMap<Head, Head>>();
  const headFor = (head: Head, origin: string): Head => {
    const heads = byOrigin.get(origin) ?? new WeakMap<Head, Head>();
    byOrigin.set(origin, heads);
    const known = heads.get(head);
    if (known !== undefined) return known;
    const made = { status: head.status, headers: { ...head.headers, ...corsHeaders(origin, any) } };
    heads.set(head, made);
    return made;
  };
  const originOf = (request: HttpRequest): string => {
    if (any) return "*";
    const origin = request.headers.get("origin") ?? "";
    return allowed.has(origin) ? origin : "";
  };
  const answer = (request: HttpRequest, given: Answer): Answer => ({ ...given, head: headFor(given.head, originOf(request)) });
  const answered = (request: HttpRequest, given: Answered): Answered =>
    given instanceof Promise ? given.then((later) => answer(request, later)) : answer(request, given);

  const receivers = new WeakMap<Receive, Receive>();
  const receiver = (receive: Receive): Receive => {
    const known = receivers.get(receive);
    if (known !== undefined) return known;
    const made: Receive = (request, body, client) => answered(request, receive(request, body, client));
    receivers.set(receive, made);
    return made;
  };

  const preflight: Head = {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, HEAD, POST",
      // The asterisk means all but Authorization.
      "access-control-allow-headers": "authorization, *",
      "access-control-max-age": maxAge,
    },
  };

  return {
    ...application,
    begin: (request, client) => {
      // Before anything else: a browser asks without the headers that it wants to know about, the key among them.
      if (
        request.method === "OPTIONS" &&
        request.headers.get("origin") != null &&
        request.headers.get("access-control-request-method") != null
      )
        return answer(request, { head: preflight, body: "" });
      const begun = application.begin(request, client);
      if (typeof begun === "function") return receiver(begun);
      if (!isStream(begun)) return answered(request, begun);
      const heads = (stream: AnswerStream) => withHeads(stream, (head) => headFor(head, originOf(request)));
      return { stream: async (asked, body, stream, sender) => answer(request, await begun.stream(asked, body, heads(stream), sender)) };
    },
    // Of what was asked nothing is known here.
    fault: (...of) => {
      const given = application.fault(...of);
      return any ? { ...given, head: headFor(given.head, "*") } : given;
    },
  };
}

/** The same answer in pieces, with another head. */
function withHeads(stream: AnswerStream, headOf: (head: Head) => Head): AnswerStream {
  return {
    begin: (head, requestId) => stream.begin(headOf(head), requestId),
    get begun() {
      return stream.begun;
    },
    get written() {
      return stream.written;
    },
    write: (piece) => stream.write(piece),
  };
}

function corsHeaders(origin: string, any: boolean): Record<string, string> {
  if (origin === "") return { vary: "Origin" };
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposed,
    // What is kept for one origin is of no use to another.
    ...(any ? {} : { vary: "Origin" }),
  };
}

function checkOrigin(origin: string): void {
  if (origin === "*") return;
  // A wildcard in a host would be taken for a name that nobody has.
  if (!origin.includes("*") && URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw new SetosaError("ARGUMENT_INVALID", `${JSON.stringify(origin)} is not an origin.`, {
    path: "--cors-origin",
    hint: "Write scheme, host and port without a path, such as https://app.example or http://localhost:5173; * allows all.",
  });
}
