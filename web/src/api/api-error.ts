/** Why a request has no good answer, in the server's own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Of HTTP; 0 where the server could not be reached. */
  readonly status: number;
  /** The server's stable code, such as `FEATURE_MISSING` (docs/errors.md); `UNREACHABLE` where there was no answer. */
  readonly code: string;
  /** The place in what was sent: `["petal width (cm)"]`. */
  readonly path: string | undefined;
  /** What to do. */
  readonly hint: string | undefined;
  /** Seconds to wait, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, code, path, hint, retryAfter }: ApiErrorDetails) {
    super(message);
    this.status = status;
    this.code = code;
    this.path = path;
    this.hint = hint;
    this.retryAfter = retryAfter;
  }
}

export interface ApiErrorDetails {
  readonly status: number;
  readonly code: string;
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** The error that an answer holds; one of its own where that is no error of Setosa's, as from a proxy in between. */
export async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  const { status } = response;
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; path?: string; hint?: string } };
    const { code, message, path, hint } = error;
    if (typeof message === "string") return new ApiError(message, { status, code: String(code), path, hint, retryAfter });
  } catch {
    // Not JSON.
  }
  return new ApiError(`The server answered ${status}${response.statusText === "" ? "" : ` ${response.statusText}`}.`, {
    status,
    code: `HTTP_${status}`,
    retryAfter,
  });
}

/** No answer at all: the server is down, or the network. */
export function unreachable(): ApiError {
  return new ApiError("The server does not answer.", { status: 0, code: "UNREACHABLE", hint: "Is it still running?" });
}

/** What was thrown, as something to show. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(message, { status: 0, code: "PAGE_FAILED", hint: "Load the page again." });
}
