import type { RowArtifact } from "../../engines/compiled.ts";
import type { Graph } from "../../graph/graph.ts";
import type { ParityRows, Signature } from "../../graph/signature.ts";
import type { LoadOptions } from "../load-model.ts";
import type { ParityResult } from "../parity.ts";
import type { Piece } from "./pieces.ts";
import type { PlainError } from "./plain-error.ts";
import type { StoredBytes } from "./stored-bytes.ts";

/** What the loader's process is asked. */
export type LoaderRequest =
  | { readonly kind: "load"; readonly start: LoaderStart }
  /** The next piece. */
  | { readonly kind: "next" };

export interface LoaderStart {
  readonly path: string;
  /** Where to put what is large. */
  readonly storage: string;
  readonly options: Pick<LoadOptions, "engine" | "parity" | "name" | "version" | "maxBytes" | "root">;
}

/** What it says. After each piece of a list it waits to be asked for the next one, so that never more than one is read in one go. */
export type LoaderMessage = Piece | { readonly kind: "failed"; readonly error: PlainError };

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
  /** How the parity rows were answered. */
  readonly parity?: ParityResult;
  /** Parity rows that are still to be checked, because the engine is one that the loader does not run. */
  readonly unchecked?: ParityRows;
  /** Rows that the model takes, to try it with. */
  readonly rows: ParityRows["rows"];
}

export type LoadedEngine =
  /** The artifact is without its constants. */
  | { readonly kind: "compiled"; readonly reason: string; readonly artifact: RowArtifact; readonly constants: StoredBytes }
  | { readonly kind: "onnxruntime"; readonly reason: string; readonly onnx: StoredBytes }
  | { readonly kind: "interpreted"; readonly reason: string };
