import { useCallback, useMemo } from "preact/hooks";
import type { Kernel } from "../../answers/kernel.ts";
import type { Prediction } from "../../answers/prediction.ts";
import { useLatest } from "../../answers/use-latest.ts";
import type { ApiError } from "../../api/api-error.ts";
import { toApiError } from "../../api/api-error.ts";
import { postJson } from "../../api/http.ts";
import { type ModelDetails, modelPath } from "../../api/models.ts";
import type { RowObject } from "../../form/fields.ts";
import { type Sweep, sweepRows } from "./sweep.ts";

export interface SweptRow {
  readonly sweep: Sweep;
  readonly row: RowObject;
}

export interface Swept {
  /** What the answers belong to. */
  readonly sweep: Sweep | undefined;
  /** One for each of its values, and one where it may be missing. */
  readonly answers: readonly Prediction[] | undefined;
  readonly error: ApiError | undefined;
}

/** The answers to all rows of a sweep: of the kernel where it is in the page, else of the server in one request. */
export function useSweep(model: ModelDetails, version: string | undefined, asked: SweptRow | undefined, kernel: Kernel | undefined): Swept {
  const { name } = model;
  const ask = useCallback(
    async ({ sweep, row }: SweptRow, signal: AbortSignal) => {
      const answer = await postJson<{ predictions: readonly Prediction[] }>(`${modelPath(name, version)}/predict`, sweepRows(sweep, row), {
        signal,
      });
      return answer.predictions;
    },
    [name, version],
  );
  const server = useLatest(kernel === undefined ? asked : undefined, ask);
  const here = useMemo(() => (kernel === undefined || asked === undefined ? undefined : sweptHere(kernel, asked)), [kernel, asked]);
  if (here !== undefined) return here;
  return { sweep: server.question?.sweep, answers: server.answer, error: asked === undefined ? undefined : server.error };
}

function sweptHere(kernel: Kernel, { sweep, row }: SweptRow): Swept {
  try {
    return { sweep, answers: kernel.predictMany(sweepRows(sweep, row)), error: undefined };
  } catch (thrown) {
    return { sweep, answers: undefined, error: toApiError(thrown) };
  }
}
