import type { ControlOperator } from "../../graph/operators.ts";
import { lowerIf } from "./conditional.ts";
import type { LowerControl } from "./control.ts";
import { lowerLoop } from "./loop.ts";
import { lowerRnn } from "./rnn.ts";
import { lowerScan } from "./scan.ts";
import {
  lowerConcatFromSequence,
  lowerSequenceAt,
  lowerSequenceConstruct,
  lowerSequenceEmpty,
  lowerSequenceErase,
  lowerSequenceInsert,
  lowerSequenceLength,
  lowerSplitToSequence,
} from "./sequences.ts";

/** How nodes with bodies, lists or steps become other nodes' code. */
export const controlLowerings: Readonly<Record<ControlOperator, LowerControl>> = {
  ConcatFromSequence: lowerConcatFromSequence,
  If: lowerIf,
  Loop: lowerLoop,
  RNN: lowerRnn,
  Scan: lowerScan,
  SequenceAt: lowerSequenceAt,
  SequenceConstruct: lowerSequenceConstruct,
  SequenceEmpty: lowerSequenceEmpty,
  SequenceErase: lowerSequenceErase,
  SequenceInsert: lowerSequenceInsert,
  SequenceLength: lowerSequenceLength,
  SplitToSequence: lowerSplitToSequence,
};
