import { SetosaError } from "../../errors.ts";
import { forbiddenModel } from "../../protocols/allowed-model.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, HttpRequest } from "../../protocols/exchange.ts";
import { type ApiKey, findKey } from "./api-key.ts";
import type { ApiKeys } from "./key-file.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What a request may do. */
export interface Admission {
  /** The answer where it may do nothing. */
  readonly refusal: Answer | undefined;
  /** Who asks; undefined where nobody has to say. */
  readonly id: string | undefined;
  readonly models: ReadonlySet<string> | undefined;
}

export interface Gate {
  /** Decides by the head alone, in the time of a look-up for a head that was seen before. */
  admit(request: HttpRequest): Admission;
  /** The answer to a key that may not ask this model. */
  forbidden(model: string): Answer;
  /** From now on these keys count. Who was known before goes on with the requests that are left of the rate. */
  replace(keys: ApiKeys): void;
}

export interface GateOptions {
  readonly keys: ApiKeys;
  /** Whether a request needs no key. */
  readonly open: (request: HttpRequest) => boolean;
  /** Only keys that are allowed to administer. */
  readonly admin: boolean;
  /** Processes that share the rate: each lets its part through. */
  readonly share: number;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

interface Verdict extends Admission {
  readonly bucket: TokenBucket | undefined;
}

const longestRetry = 3600;

/** Asks each request for a key (RFC 6750), and holds each key to its rate. */
export function createGate({ keys: first, open, admin, share, now }: GateOptions): Gate {
  let keys = first;
  let buckets = new Map<string, TokenBucket>();
  // A client sends the same head again and again, and its requests share one object: the hash is computed once. The object is the whole
  // text of a head, so what is known of one client is of no use to another.
  let verdicts = new WeakMap<HttpRequest, Verdict>();
  const limited = new Map<number, Admission>();

  const admitted = { refusal: undefined, id: undefined, models: undefined, bucket: undefined };
  const missing = refusing(unauthenticated("The request has no API key.", 'Bearer realm="setosa"'));
  const wrong = refusing(unauthenticated("The API key is not one of the server's.", 'Bearer realm="setosa", error="invalid_token"'));
  const twice = refusing(unauthenticated("The request has two API keys.", 'Bearer realm="setosa", error="invalid_request"'));
  const noAdmin = refusing(
    errorAnswer(
      new SetosaError("PERMISSION_DENIED", "The API key may not administer the server.", {
        hint: "Use a key made with setosa keys add NAME --admin.",
      }),
    ),
  );

  const judge = (request: HttpRequest): Verdict => {
    if (open(request)) return admitted;
    const sent = sentKey(request);
    if (sent === undefined) return missing;
    if (sent === null) return twice;
    const key = findKey(keys, sent);
    if (key === undefined) return wrong;
    if (admin && !key.admin) return noAdmin;
    return { refusal: undefined, id: key.id, models: key.models, bucket: bucketOf(key) };
  };

  const bucketOf = (key: ApiKey): TokenBucket | undefined => {
    if (key.rate === undefined) return undefined;
    const burst = key.burst ?? Math.max(1, Math.ceil(key.rate));
    // A key whose limits have changed begins anew.
    const name = `${key.sha256.toString("hex")} ${key.rate} ${burst}`;
    const known = buckets.get(name) ?? new TokenBucket(key.rate / share, burst / share, now());
    buckets.set(name, known);
    return known;
  };

  return {
    admit: (request) => {
      let verdict = verdicts.get(request);
      if (verdict === undefined) {
        verdict = judge(request);
        verdicts.set(request, verdict);
      }
      const wait = verdict.bucket?.take(now()) ?? 0;
      if (wait === 0) return verdict;
      const seconds = Math.min(longestRetry, Math.ceil(wait / 1000));
      const known = limited.get(seconds) ?? refusing(rateLimited(seconds));
      limited.set(seconds, known);
      return known;
    },
    forbidden: (model) => errorAnswer(forbiddenModel(model)),
    replace: (next) => {
      const before = buckets;
      keys = next;
      buckets = new Map();
      verdicts = new WeakMap();
      const hashes = new Set(next.keys());
      for (const [name, bucket] of before) if (hashes.has(name.slice(0, 64))) buckets.set(name, bucket);
    },
  };
}

function refusing(refusal: Answer): Verdict {
  return { refusal, id: undefined, models: undefined, bucket: undefined };
}

/** `Authorization: Bearer KEY` or `X-Api-Key: KEY`; undefined without either, null where it is not clear which counts. */
function sentKey({ headers }: HttpRequest): string | undefined | null {
  const authorization = headers.get("authorization") ?? undefined;
  const plain = headers.get("x-api-key") ?? undefined;
  if (authorization === undefined) return plain;
  const bearer = /^bearer +([^ ]+)$/i.exec(authorization)?.[1];
  // Another scheme is somebody else's: a proxy's, say.
  if (bearer === undefined) return plain;
  return plain === undefined || plain === bearer ? bearer : null;
}

function unauthenticated(message: string, challenge: string): Answer {
  return errorAnswer(new SetosaError("UNAUTHENTICATED", message, { hint: "Send Authorization: Bearer KEY, or X-Api-Key: KEY." }), {
    headers: { "www-authenticate": challenge },
  });
}

function rateLimited(seconds: number): Answer {
  return errorAnswer(
    new SetosaError("RATE_LIMITED", "The API key has asked more often than it may.", {
      hint: `Try again in ${seconds} s, or send more rows in one request.`,
    }),
    { headers: { "retry-after": String(seconds) } },
  );
}
