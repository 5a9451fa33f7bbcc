import type { RowArtifact } from "../../engines/compiled.ts";
import type { Graph } from "../../graph/graph.ts";
import type { ParityRows, Signature } from "../../graph/signature.ts";
import type { LoadOptions } from "../load-model.ts";
import type { ParityResult } from "../parity.ts";
import type { Piece } from "./pieces.ts";

/** What the loader's thread is started with. */
export interface LoaderStart {
  /** A path, or the text of a `file:` URL. */
  readonly source: string;
  readonly isUrl: boolean;
  readonly options: Omit<LoadOptions, "clock">;
}

/** What it says. After each piece of a list it waits for an answer, so that never more than one is read in one go. */
export type LoaderMessage = Piece | { readonly kind: "failed"; readonly error: PlainError };

/** An error as data: of a SetosaError everything, of any other what can be said. */
export interface PlainError {
  /** Absent where it is no SetosaError. */
  readonly code?: string;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
  readonly stack?: string;
}

/** A model that is read, compiled, checked and warm, as plain data. */
export interface LoadedModel {
  readonly name: string;
  readonly version: string;
  readonly signature: Signature;
  /** Without weights, unless the interpreter needs them. */
  readonly graph: Graph;
  /** Size of the file in bytes. */
  readonly bytes: number;
  readonly engine: LoadedEngine;
  /** How the parity rows were answered, where that is known. */
  readonly parity?: ParityResult;
  /** Where the engine is onnxruntime, which the thread did not run: rows that are still to be checked. */
  readonly unchecked?: ParityRows;
  /** Rows to try the model with. */
  readonly rows: readonly (readonly unknown[])[];
}

export type LoadedEngine =
  | { readonly kind: "compiled"; readonly reason: string; readonly artifact: RowArtifact; readonly module: WebAssembly.Module }
  /** In shared memory, so that handing them on to its thread copies nothing. */
  | { readonly kind: "onnxruntime"; readonly reason: string; readonly onnx: Uint8Array<SharedArrayBuffer> }
  | { readonly kind: "interpreted"; readonly reason: string };
