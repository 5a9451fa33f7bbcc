import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, toApiError } from "../../../api/api-error.ts";
import { type ModelDetails, modelPath } from "../../../api/models.ts";
import { predictCsv } from "./predict-csv.ts";
import { type Scored, type ScoreProgress, scoreCsv } from "./score.ts";

export type Scoring =
  | { readonly state: "idle" }
  | { readonly state: "running"; readonly name: string; readonly size: number; readonly progress: ScoreProgress }
  | { readonly state: "cancelled"; readonly name: string; readonly rows: number }
  | { readonly state: "failed"; readonly name: string; readonly error: ApiError }
  | { readonly state: "done"; readonly name: string; readonly scored: Scored; readonly address: string; readonly seconds: number };

export interface ScoringControl {
  readonly scoring: Scoring;
  /** @param name Of the file; its answer's follows it */
  start(file: Blob, name: string): void;
  cancel(): void;
}

/** Has files scored, one at a time: another one takes the place of the one before. */
export function useScoring(model: ModelDetails, version: string | undefined): ScoringControl {
  const [scoring, setScoring] = useState<Scoring>({ state: "idle" });
  const running = useRef<AbortController | undefined>(undefined);
  const address = useRef<string | undefined>(undefined);
  const release = useCallback(() => {
    running.current?.abort();
    // What was scored before lies on the browser's disk until nothing names it any more.
    if (address.current !== undefined) URL.revokeObjectURL(address.current);
    address.current = undefined;
  }, []);
  useEffect(() => release, [release]);
  const start = useCallback(
    (file: Blob, name: string) => {
      release();
      const controller = new AbortController();
      running.current = controller;
      const started = performance.now();
      let rows = 0;
      const show = (next: Scoring) => {
        if (running.current === controller) setScoring(next);
      };
      const progress = (now: ScoreProgress) => {
        rows = now.rows;
        show({ state: "running", name, size: file.size, progress: now });
      };
      progress({ rows: 0, bytes: 0 });
      scoreCsv({
        file,
        features: model.features.map((feature) => feature.name),
        predict: (csv, signal) => predictCsv(`${modelPath(model.name, version)}/predict`, csv, signal),
        progress,
        signal: controller.signal,
      }).then(
        (scored) => {
          if (controller.signal.aborted) return;
          address.current = URL.createObjectURL(scored.csv);
          show({ state: "done", name, scored, address: address.current, seconds: (performance.now() - started) / 1000 });
        },
        (thrown: unknown) => {
          show(controller.signal.aborted ? { state: "cancelled", name, rows } : { state: "failed", name, error: toApiError(thrown) });
        },
      );
    },
    [model, version, release],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  return { scoring, start, cancel };
}
