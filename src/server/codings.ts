import { SetosaError } from "../errors.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { Answer, Answered, HttpRequest } from "../protocols/exchange.ts";
import { type Coding, preferredCoding, requestCoding } from "./coding-headers.ts";
import { compressedHead } from "./compressed-heads.ts";
import { createSlots } from "./slots.ts";
import { type Application, type Begun, type Client, isStream, type Receive } from "./transport.ts";

/**
 * Bytes (characters) of an answer below which compressing costs more time than it saves on most networks: many clients accept it without
 * having asked themselves.
 */
const leastCompressed = 8192;
/** Bodies that are decompressed at once: what is not begun takes no more memory than it came with. */
const mostDecompressing = 4;

/** How bodies are packed and unpacked, outside of this thread where that can be. */
export interface Codings {
  /**
   * @param most Bytes that may come out
   * @throws SetosaError BODY_TOO_LARGE, REQUEST_INVALID for bytes that are not in the coding
   */
  decompress(body: Uint8Array, coding: Coding, most: number): Promise<Uint8Array>;
  /** Absent where answers are left as they are: whoever sends them on compresses them. */
  compress?(body: string | Uint8Array, coding: Coding): Promise<Uint8Array>;
}

/**
 * Reads bodies in gzip and deflate, and sends answers in them to those who accept it. Whatever is behind sees plain ones. Without such
 * headers it costs a look at the headers, and of small answers not even that.
 *
 * The limit of a body counts the bytes that come out: decompressing ends where they are more.
 */
export function withCodings(application: Application, { decompress, compress }: Codings): Application {
  const slots = createSlots(mostDecompressing);

  const send = async (answer: Answer, coding: Coding, pack: NonNullable<Codings["compress"]>): Promise<Answer> => {
    try {
      return { ...answer, head: compressedHead(answer.head, coding), body: await pack(answer.body, coding) };
    } catch (error) {
      application.report(error);
      return answer;
    }
  };

  const compressAnswer = ({ headers }: HttpRequest, answer: Answer): Answered => {
    const { head, body } = answer;
    if (compress === undefined || body.length < leastCompressed || head.headers["content-encoding"] !== undefined) return answer;
    const coding = preferredCoding(headers.get("accept-encoding"));
    return coding === undefined ? answer : send(answer, coding, compress);
  };

  const compressed = (request: HttpRequest, answered: Answered): Answered => {
    if (answered instanceof Promise) return answered.then((answer) => compressAnswer(request, answer));
    return compressAnswer(request, answered);
  };

  const receivers = new WeakMap<Receive, Receive>();
  const receiver = (receive: Receive): Receive => {
    const known = receivers.get(receive);
    if (known !== undefined) return known;
    const made: Receive = (request, body, client) => compressed(request, receive(request, body, client));
    receivers.set(receive, made);
    return made;
  };

  const beginEncoded = (request: HttpRequest, client: Client | undefined, encoding: string): Begun => {
    const coding = requestCoding(encoding);
    if (coding instanceof SetosaError) return errorAnswer(coding);
    const plain = withoutEncoding(request);
    const begun = application.begin(plain, client);
    if (typeof begun !== "function") return isStream(begun) ? errorAnswer(streamed(encoding)) : begun;
    return async (_, body, sender) => {
      let bytes: Uint8Array;
      try {
        bytes = await slots.run(() => decompress(body, coding, application.limits.bodyBytes));
      } catch (error) {
        return errorAnswer(error);
      }
      return compressed(request, begun(plain, bytes, sender));
    };
  };

  return {
    ...application,
    begin: (request, client) => {
      const encoding = request.headers.get("content-encoding");
      if (encoding !== undefined && encoding !== null && request.method === "POST" && encoding.toLowerCase() !== "identity")
        return beginEncoded(request, client, encoding);
      const begun = application.begin(request, client);
      if (typeof begun === "function") return receiver(begun);
      // What comes and goes in pieces is sent as it is.
      return isStream(begun) ? begun : compressed(request, begun);
    },
  };
}

/** A body that is read while it comes has no end that could be checked against the limit first. */
function streamed(encoding: string): SetosaError {
  return new SetosaError(
    "CONTENT_TYPE_UNSUPPORTED",
    `The body is encoded as ${encoding.slice(0, 80)}, and bodies of this type are read in pieces.`,
    {
      path: "Content-Encoding",
      hint: "Send the body without compression.",
    },
  );
}

/** As the handlers see it. */
function withoutEncoding(request: HttpRequest): HttpRequest {
  const { headers } = request;
  return { ...request, headers: { get: (name) => (name === "content-encoding" ? undefined : headers.get(name)) } };
}
