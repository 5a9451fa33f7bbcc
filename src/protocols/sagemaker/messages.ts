import type { ListedRows } from "../named-rows.ts";
import type { PredictMethod } from "../predict-method.ts";

/** Bodies that `/invocations` reads and writes. */
export const mediaTypes = ["application/json", "text/csv"] as const;
export type Media = (typeof mediaTypes)[number];

/** How a body is to be read. */
export interface GivenMedia {
  readonly media: Media;
  /** Of CSV: `header=present` and `header=absent` of its content type (RFC 4180, 3), else by what the first line holds. */
  readonly header: boolean | "if-named";
}

/** What the headers of a request ask for beside its body. */
export interface Wishes {
  readonly accept: Media;
  /** `X-Amzn-SageMaker-Custom-Attributes`, which goes back as it came. */
  readonly attributes: string | undefined;
}

/** What a body asks for. */
export interface SageMakerRows extends ListedRows {
  readonly method: PredictMethod | undefined;
  /** Whether the whole body is a list, and so is its answer. */
  readonly bare: boolean;
}

/** `POST /models`: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html */
export interface LoadRequest {
  readonly name: string;
  /** The folder below the model's own in which its file lies: `model`. */
  readonly version: string | undefined;
}

/** An entry of `GET /models`, and the answer of `GET /models/{name}`. */
export interface LoadedModel {
  readonly modelName: string;
  readonly modelUrl: string;
}
