import { kernels, type Mutant } from "./mutant.ts";

/** Dense products, exponentials in pairs, and rows read in order. */
export const denseMutants: readonly Mutant[] = [
  {
    what: "a product that adds one lane twice",
    file: "src/compiler/kernels/dense/dots.ts",
    from: 'op("f64x2.extract_lane_1", "f64.add")',
    to: 'op("f64x2.extract_lane_0", "f64.add")',
    tests: kernels,
  },
  {
    what: "a hidden layer without the rows behind whole sixteens",
    file: "src/compiler/kernels/dense/single.ts",
    from: "if (even < rows) pass(",
    to: "if (even > rows) pass(",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "softmax of pairs without its largest score",
    file: "src/compiler/kernels/exponentials.ts",
    from: 'fn.get(largest).op("f64x2.sub").const(',
    to: "fn.const(",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "an expanded square with the product once",
    file: "src/compiler/kernels/svm/rbf.ts",
    from: "-2 * value",
    to: "-value",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "a row whose last features are absent is taken",
    file: "src/models/row-encoder.ts",
    from: "return position === slots.length;",
    to: "return true;",
    tests: ["src/models"],
  },
];
