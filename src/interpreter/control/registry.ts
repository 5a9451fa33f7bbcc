import type { ControlOperator } from "../../graph/operators.ts";
import { evaluateIf } from "./conditional.ts";
import type { EvaluateControl } from "./control.ts";
import { evaluateLoop } from "./loop.ts";
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

/** How the interpreter evaluates operators with bodies or lists. */
export const controlEvaluators: Readonly<Record<ControlOperator, EvaluateControl>> = {
  ConcatFromSequence: evaluateConcatFromSequence,
  If: evaluateIf,
  Loop: evaluateLoop,
  Scan: evaluateScan,
  SequenceAt: evaluateSequenceAt,
  SequenceConstruct: evaluateSequenceConstruct,
  SequenceEmpty: evaluateSequenceEmpty,
  SequenceErase: evaluateSequenceErase,
  SequenceInsert: evaluateSequenceInsert,
  SequenceLength: evaluateSequenceLength,
  SplitToSequence: evaluateSplitToSequence,
};
