import { postJson, type RequestOptions } from "./http.ts";
import { modelPath } from "./models.ts";

/** A row, by feature; null for a missing value. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;

/** What a model answers to one row. Which of the parts are there follows from its task. */
export interface Prediction {
  readonly model: string;
  readonly version: string;
  readonly prediction: unknown;
  /** Of each class, by its label. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

/** `POST /models/{name}[/versions/{version}]/predict` with one row. @throws ApiError */
export function predict(row: Row, name: string, version?: string, options?: RequestOptions): Promise<Prediction> {
  return postJson(`${modelPath(name, version)}/predict`, row, options);
}
