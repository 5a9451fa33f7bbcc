import { kernels, type Mutant, trees } from "./mutant.ts";

const canonicalize = "src/compiler/kernels/tree-ensemble/canonicalize.ts";

/** How trees are read, laid out and walked: the only snippets of these files, so that a new traversal has one place to go to. */
export const treeMutants: readonly Mutant[] = [
  {
    what: "< for <= in a tree's step",
    file: "src/compiler/kernels/tree-ensemble/step.ts",
    from: "}.le`",
    to: "}.lt`",
    tests: trees,
  },
  {
    what: "x < t not moved to the number below",
    file: canonicalize,
    from: "code === mode.leq || code === mode.gt ? value : this.#below(value)",
    to: "value",
    tests: trees,
  },
  {
    what: "missing values the other way in > and >=",
    file: canonicalize,
    from: "upper: yes, missingLower: !tracksTrue",
    to: "upper: yes, missingLower: tracksTrue",
    tests: trees,
  },
  {
    what: "a set's polarity",
    file: "src/compiler/kernels/tree-ensemble/category-tests.ts",
    from: '(test.holdsFor === "listed") ? 0 : 1',
    to: '(test.holdsFor === "listed") ? 1 : 0',
    tests: trees,
  },
  {
    what: "a set's missing value",
    file: "src/compiler/kernels/tree-ensemble/category-tests.ts",
    from: "test.missing ? 0 : 1",
    to: "test.missing ? 1 : 0",
    tests: trees,
  },
  {
    what: "the next float below is above",
    file: "src/tensor/next-down.ts",
    from: "bits32[0] = (bits32[0] as number) + (value > 0 ? -1 : 1)",
    to: "bits32[0] = (bits32[0] as number) + (value > 0 ? 1 : -1)",
    tests: trees,
  },
  {
    what: "one base value for all targets",
    file: "src/compiler/kernels/tree-ensemble/lower.ts",
    from: "base[target] ?? 0",
    to: "base[0] ?? 0",
    tests: kernels,
  },
  {
    what: "an average that is no quotient",
    file: "src/compiler/kernels/tree-ensemble/lower.ts",
    from: 'fn.const("f64", trees).op("f64.div")',
    to: 'fn.const("f64", trees).op("f64.min")',
    tests: trees,
  },
  {
    what: "a set without its last member",
    file: "src/compiler/kernels/tree-ensemble/canonicalize.ts",
    from: "listed.push(thresholds[next] as number)",
    to: "listed.slice(0, 0)",
    tests: trees,
  },
];
