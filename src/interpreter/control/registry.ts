import type { ControlOperator } from "../../graph/operators.ts";
import { evaluateIf } from "./conditional.ts";
import type { EvaluateControl } from "./control.ts";
import { evaluateLoop } from "./loop.ts";
import { evaluateRnn } from "./rnn.ts";
import { evaluateScan } from "./scan.ts";
import {
  evaluateConcatFromSequence,
  evaluateSequenceAt,
  evaluateSequenceConstruct,
  evaluateSequenceEmpty,
  evaluateSequenceErase,
  evaluateSequenceInsert,
  evaluateSequenceLength,
  evaluateSplitToSequence,
} from "./sequences.ts";

/** How the interpreter evaluates operators with bodies, lists or steps. */
export const controlEvaluators: Readonly<Record<ControlOperator, EvaluateControl>> = {
  ConcatFromSequence: evaluateConcatFromSequence,
  If: evaluateIf,
  Loop: evaluateLoop,
  RNN: evaluateRnn,
  Scan: evaluateScan,
  SequenceAt: evaluateSequenceAt,
  SequenceConstruct: evaluateSequenceConstruct,
  SequenceEmpty: evaluateSequenceEmpty,
  SequenceErase: evaluateSequenceErase,
  SequenceInsert: evaluateSequenceInsert,
  SequenceLength: evaluateSequenceLength,
  SplitToSequence: evaluateSplitToSequence,
};
