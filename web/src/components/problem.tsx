import type { ApiError } from "../api/api-error.ts";

export interface ProblemProps {
  readonly error: ApiError;
  /** What could not be done: "The models could not be read." */
  readonly title: string;
  readonly retry?: (() => void) | undefined;
}

/** What went wrong, where, and what to do: the server's own words. */
export function Problem({ error, title, retry }: ProblemProps) {
  return (
    <div class="problem-box" role="alert">
      <p class="problem-title">{title}</p>
      <p>
        {error.message} {error.path !== undefined && <code>{error.path}</code>}
      </p>
      {error.hint !== undefined && <p>{error.hint}</p>}
      <p class="note">
        <code>{error.code}</code>
      </p>
      {retry !== undefined && (
        <button type="button" class="button" onClick={retry}>
          Ask again
        </button>
      )}
    </div>
  );
}
