import { ApiError, errorOf, unreachable } from "./api-error.ts";
import { apiKey, keyNeeded } from "./api-key.ts";
import { noteAnswer, noteSilence } from "./connection.ts";

export interface RequestOptions {
  /** Ends it: the promise then rejects with the signal's reason, not with an ApiError. */
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SentRequest extends RequestOptions {
  readonly method?: "GET" | "POST";
  readonly body?: BodyInit;
}

/**
 * Asks this server, with the user's API key where there is one. Everything that the page asks goes through here, so that one place knows
 * whether the server answers and whether it wants a key.
 * @param path Relative to the page, encoded: `models/iris`. Behind a proxy the page may lie anywhere.
 * @returns an answer that says that all is well
 * @throws ApiError for every other answer, and for none (`status` 0); the signal's reason where it was ended
 */
export async function request(path: string, { signal, headers = {}, method = "GET", body }: SentRequest = {}): Promise<Response> {
  const key = apiKey.get();
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method,
      headers: { accept: "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      cache: "no-store",
      redirect: "error",
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    noteSilence();
    throw unreachable();
  }
  noteAnswer();
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.status === 401) keyNeeded.set(true);
  throw error;
}

/** `GET`, and the answer's JSON. @throws as `request` does */
export async function getJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return readJson(await request(path, options));
}

/** `POST` with a value as JSON, and the answer's. @throws as `request` does */
export async function postJson<T>(path: string, value: unknown, { headers, ...options }: RequestOptions = {}): Promise<T> {
  const all = { "content-type": "application/json", ...headers };
  return readJson(await request(path, { ...options, headers: all, method: "POST", body: JSON.stringify(value) }));
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError("The answer is no JSON, or not all of it.", { status: response.status, code: "ANSWER_INVALID" });
  }
}
