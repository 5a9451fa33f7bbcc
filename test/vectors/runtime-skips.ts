/** Vectors that ONNX Runtime does not run, and why: the whole list, so that a new refusal or a wrong answer fails a test. */

export interface Skip {
  readonly reason: string;
  /** What ONNX Runtime says. */
  readonly message: RegExp;
}

export const runtimeSkips: readonly Skip[] = [
  { reason: "it has no kernel for this element type", message: /Could not find an implementation for / },
  {
    reason: "the vector's opset or file version is newer than it knows",
    message: /ValidateOpsetForDomain|[Uu]nsupported model IR version/,
  },
  {
    reason: "its StringNormalizer refuses a table of one row, which the standard allows",
    message: /\(StringNormalizer\) \[ShapeInferenceError\]/,
  },
  { reason: "its RNN takes the steps before the batch only", message: /Batchwise recurrent operations/ },
  { reason: "its ReduceMax of booleans has no answer for nothing", message: /ReduceMax is not defined for empty set with bool type/ },
];

/** Answers of ONNX Runtime that differ from the recorded ones, by the vector's name. */
export const runtimeDeviations: ReadonlyMap<string, string> = new Map([
  ["TreeEnsembleClassifier one score PROBIT", "it writes PROBIT of a single score into the first column and leaves the second unwritten"],
  [
    "TreeEnsembleClassifier two scores",
    "where two classes have a score each it names the second class only above 0.5 or 0, and the trainer the one with the larger score",
  ],
  [
    "TreeEnsembleClassifier one score PROBIT",
    "of two classes with a single PROBIT score it leaves one column unwritten; the recorded answer is that of the standard's own evaluator",
  ],
]);

/** Vectors whose outcome depends on the machine: they are not run. */
export const machineDependent: ReadonlyMap<string, string> = new Map(
  ["casesensintive_lower", "casesensintive_upper", "empty_output", "insensintive_upper_twodim"].map((name) => [
    `test_strnormalizer_export_monday_${name}`,
    "its StringNormalizer needs the locale en_US, which machines may lack",
  ]),
);
