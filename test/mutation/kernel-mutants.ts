import { kernels, type Mutant } from "./mutant.ts";

/** Other operators and passes. */
export const kernelMutants: readonly Mutant[] = [
  {
    what: "softmax without its largest score",
    file: "src/compiler/kernels/post-transform.ts",
    from: 'fn.get(largest).op("f64.sub").call(lowering.math.exp).set(power);',
    to: "fn.call(lowering.math.exp).set(power);",
    tests: kernels,
  },
  {
    what: "argmax takes the last of equals",
    file: "src/compiler/kernels/reduction/arg-best.ts",
    from: "const comparison: Instruction = last ?",
    to: "const comparison: Instruction = !last ?",
    tests: kernels,
  },
  {
    what: "labels take the last of equals",
    file: "src/compiler/kernels/classes.ts",
    from: 'fn.get(largest).op("f64.gt");',
    to: 'fn.get(largest).op("f64.ge");',
    tests: kernels,
  },
  {
    what: "a scaler scales before it moves",
    file: "src/compiler/kernels/preprocessing/scaler.ts",
    from: "}.sub`",
    to: "}.add`",
    tests: kernels,
  },
  {
    what: "an imputer that takes 0 for NaN",
    file: "src/compiler/kernels/preprocessing/imputer.ts",
    from: "if (Number.isNaN(missing))",
    to: "if (!Number.isNaN(missing))",
    tests: kernels,
  },
  {
    what: "a missing category is the first",
    file: "src/compiler/kernels/lookup.ts",
    from: 'fn.const("i32", count + 1)',
    to: 'fn.const("i32", 0)',
    tests: kernels,
  },
  {
    what: "a forest without its last tree",
    file: "src/compiler/passes/tree-merging.ts",
    from: "const ensembles = parts.flat();",
    to: "const ensembles = parts.flat().slice(0, -1);",
    tests: ["src/compiler/passes", "test/conformance"],
  },
  {
    what: "post-transforms numbered as in the standard",
    file: "src/compiler/kernels/post-transform.ts",
    from: '["NONE", "LOGISTIC", "SOFTMAX",',
    to: '["NONE", "SOFTMAX", "LOGISTIC",',
    tests: kernels,
  },
  {
    what: "SOFTMAX_ZERO as SOFTMAX",
    file: "src/compiler/kernels/post-transform.ts",
    from: "emitExponentials(emitter, scores, lowering, true)",
    to: "emitExponentials(emitter, scores, lowering, false)",
    tests: kernels,
  },
  {
    what: "PROBIT without its root of two",
    file: "src/compiler/kernels/post-transform.ts",
    from: 'fn.const("f64", Math.SQRT2)',
    to: 'fn.const("f64", 1)',
    tests: kernels,
  },
  {
    what: "a share above 0 is the second class",
    file: "src/compiler/kernels/class-scores.ts",
    from: 'oneScore === "share" ? 0.5 : 0',
    to: 'oneScore === "share" ? 0 : 0',
    tests: kernels,
  },
  {
    what: "the first class's score with the second's sign",
    file: "src/compiler/kernels/class-scores.ts",
    from: 'fn.op("f64.neg");',
    to: "",
    tests: kernels,
  },
];
