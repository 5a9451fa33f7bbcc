import type { PlainError } from "../../models/isolated/plain-error.ts";

/** What the process is asked once. */
export interface MakeArtifact {
  /** The model file. */
  readonly path: string;
  /** Of the file that it has to be: see `fingerprintOf`. */
  readonly fingerprint: string;
  /** Where the files are written to. */
  readonly folder: string;
  readonly fileName: string;
  readonly name: string;
  readonly version: string;
  readonly parity: boolean;
}

export type ArtifactMessage =
  | { readonly kind: "made"; readonly fingerprint: string }
  | { readonly kind: "failed"; readonly error: PlainError };
