import { modelTypes } from "../typescript/model-types.ts";
import { commentText, stringLiteral } from "../typescript/text.ts";
import type { ArtifactDescription } from "./embedded-model.ts";
import { runtimeSource } from "./runtime-source.ts";

/** First line of each file, by which people and programs know where it is from. */
const origin = "Written by setosa compile. Changes are lost when it is written again.";

/** A module that imports nothing: the runtime, what is known of the model, and where its WebAssembly lies. */
export function moduleText(description: ArtifactDescription, wasmFile: string): string {
  const { name, version } = description;
  return `// ${origin}
// The model ${commentText(name)}, version ${commentText(version)}. The code is Setosa's, under Apache-2.0.

${runtimeSource}
const description = ${dataLiteral(description)};
const loader = defineModel(description, () => new URL(${stringLiteral(`./${wasmFile}`)}, import.meta.url));

export const name = description.name;
export const version = description.version;
export const load = loader.load;
export const loadSync = loader.loadSync;
export { SetosaError };
`;
}

/** Plain data as an expression. Parsed, because in a literal of JavaScript a key called __proto__ is not a key. */
function dataLiteral(data: unknown): string {
  return `JSON.parse(${stringLiteral(JSON.stringify(data))})`;
}

/** The module's types: as strict as the model. */
export function declarationText({ name, version, signature }: ArtifactDescription): string {
  return `// ${origin}

${modelTypes({ name, version, signature }, "Model").join("\n")}

/** Answers to many rows by column: labels are positions in the classes, scores rows × width. */
export interface Answers {
  readonly rows: number;
  readonly labels?: Int32Array;
  readonly scores?: Float32Array | Float64Array;
  readonly width: number;
}

export interface Model {
  readonly name: string;
  readonly version: string;
  /** Features, classes and an example row. */
  readonly signature: {
    readonly task: { readonly kind: string };
    readonly features: readonly { readonly name: string; readonly dtype: string; readonly missing: boolean }[];
    readonly example?: readonly (number | string | boolean | null)[];
  };
  /** @throws SetosaError for a row that does not fit: FEATURE_MISSING, FEATURE_TYPE_INVALID, CATEGORY_UNKNOWN … */
  predict(row: ModelRow | ModelValues): ModelPrediction;
  /** Errors name the row, as in \`[3]["age"]\`. */
  predictMany(rows: readonly (ModelRow | ModelValues)[]): ModelPrediction[];
  /**
   * Rows × features numbers, row by row, NaN for missing: only their count is checked, and only models whose features are all floats
   * take them. The answers to one row are overwritten by the next prediction.
   */
  predictRaw(values: Float32Array | Float64Array | readonly number[]): Answers;
  /** What setosa/fetch serves it by: \`createHandler({ models: await load() })\`. */
  readonly parts: object;
}

/** Where the WebAssembly comes from: an address, its bytes, a Response, or a compiled module. */
export type Source =
  | string
  | { readonly href: string }
  | ArrayBuffer
  | Uint8Array
  | { readonly ok: boolean; readonly status: number; readonly url: string; arrayBuffer(): Promise<ArrayBuffer> }
  | WebAssembly.Module;

export declare const name: ${stringLiteral(name)};
export declare const version: ${stringLiteral(version)};

/** Instantiates the model without blocking the thread; by default from the file beside this module. */
export declare function load(source?: Source | PromiseLike<Source>): Promise<Model>;

/** The same at once. Browsers bound the size of what they compile so on a page's own thread. */
export declare function loadSync(source: ArrayBuffer | Uint8Array | WebAssembly.Module): Model;

export declare class SetosaError extends Error {
  readonly name: "SetosaError";
  /** Stable, such as FEATURE_MISSING. */
  readonly code: string;
  /** Where in the row. */
  readonly path: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
}
`;
}
