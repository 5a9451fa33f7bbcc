import type { Tensor } from "../tensor/tensor.ts";
import type { Answers } from "./answers.ts";
import type { EncoderTarget } from "./row-encoder.ts";
import type { RowSource } from "./row-source.ts";

/** How long the parts of a prediction took, in milliseconds. */
export interface PredictionTiming {
  /** Checking the rows and writing them into the engine's inputs. */
  encode: number;
  /** Until the engine began; 0 where it answers in the calling thread. */
  wait: number;
  infer: number;
}

/**
 * Hears of what a model predicts, in the thread that serves. All that is passed is valid during the call only: the next
 * prediction overwrites it. An observer must be quick, and must not throw.
 */
export interface PredictionObserver {
  /** It reads no times: where all observers say so, none are taken, which costs more than many models. */
  readonly untimed?: true;
  /** The first `count` rows of the inputs are what the engine is about to be given; called for each block of rows. */
  encoded?(inputs: readonly EncoderTarget[], count: number): void;
  /** @param rows As the client gave them */
  answered?(rows: RowSource, answers: Answers, timing: PredictionTiming): void;
  /** A model of tensors has run. */
  ran?(inputs: readonly Tensor[], outputs: readonly Tensor[], timing: PredictionTiming): void;
  /** The rows do not fit, or the engine failed. */
  failed?(error: unknown): void;
}
