import { kernels, type Mutant, trees } from "./mutant.ts";

const canonicalize = "src/compiler/kernels/tree-ensemble/canonicalize.ts";

/** How trees are read, laid out and walked: the only snippets of these files, so that a new traversal has one place to go to. */
export const treeMutants: readonly Mutant[] = [
  {
    what: "< for <= in a tree's step",
    file: "src/compiler/kernels/tree-ensemble/node-format.ts",
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
    from: "(missingIsTrue[position] === 1) === isLess",
    to: "missingIsTrue[position] === 1",
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
  {
    what: "ranks: <= for <",
    file: "src/compiler/kernels/tree-ensemble/node-format.ts",
    from: "rank + 1, true",
    to: "rank, true",
    tests: trees,
  },
  {
    what: "ranks: a missing value that goes up has a rank among the others",
    file: "src/compiler/kernels/tree-ensemble/ranked-features.ts",
    from: 'fn.get(rank).const("i32", -1)',
    to: 'fn.get(rank).const("i32", 0xffff)',
    tests: trees,
  },
  {
    what: "a search that counts equal thresholds",
    file: "src/compiler/kernels/tree-ensemble/thresholds.ts",
    from: "}.gt`",
    to: "}.ge`",
    tests: trees,
  },
  {
    what: "bit vectors: upper leaves ruled out",
    file: "src/compiler/kernels/tree-ensemble/bit-vector-tables.ts",
    from: "const below = lower[node] as number;\n      const ruledOut",
    to: "const below = node;\n      const ruledOut",
    tests: trees,
  },
  {
    what: "bit vectors: missing values always lower",
    file: "src/compiler/kernels/tree-ensemble/bit-vector-tables.ts",
    from: "      clear(missing);\n",
    to: "",
    tests: trees,
  },
  {
    what: "leaves in float32 where that changes them",
    file: "src/compiler/kernels/tree-ensemble/leaves.ts",
    from: 'return "float64";',
    to: 'return "float32";',
    tests: trees,
  },
  {
    what: "a linked tree's last step left out",
    file: "src/compiler/kernels/tree-ensemble/linked.ts",
    from: "run.depth + 1",
    to: "run.depth",
    tests: trees,
  },
];
