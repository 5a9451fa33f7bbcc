import { hostile, type Mutant } from "./mutant.ts";

/** What keeps a hostile file from doing harm. */
export const guardMutants: readonly Mutant[] = [
  {
    what: "UBJSON nests without end",
    file: "src/formats/ubjson.ts",
    from: "if (depth > maxDepth)",
    to: "if (depth > 1e9)",
    tests: hostile,
  },
  {
    what: "a UBJSON list as long as it says",
    file: "src/formats/ubjson.ts",
    from: "    if (this.at + bytes > this.#bytes.length)",
    to: "    if (this.at > this.#bytes.length)",
    tests: hostile,
  },
  {
    what: "XGBoost: a tree that comes back",
    file: "src/formats/xgboost/trees.ts",
    from: "node < left.length && visited[node] === 0",
    to: "node < left.length",
    tests: hostile,
  },
  {
    what: "LightGBM: a tree that comes back",
    file: "src/formats/lightgbm/trees.ts",
    from: "if (visited[place] === 1) throw",
    to: "if (visited[place] === 2) throw",
    tests: hostile,
  },
  {
    what: "CatBoost: fewer leaves than the levels make",
    file: "src/formats/catboost/trees.ts",
    from: "if (values.length !== leaves * dimensions)",
    to: "if (values.length > leaves * dimensions)",
    tests: ["test/conformance/catboost-file.test.ts", ...hostile],
  },
  {
    what: "a table that names a node twice",
    file: "src/compiler/kernels/tree-ensemble/canonicalize.ts",
    from: "if (this.#visited[position] === 1)",
    to: "if (this.#visited[position] === 2)",
    tests: hostile,
  },
  {
    what: "constants without end",
    file: "src/tensor/budget.ts",
    from: "if (current.#left < 0)",
    to: "if (current.#left < Number.NEGATIVE_INFINITY)",
    tests: hostile,
  },
  {
    what: "a width that a shift cuts",
    file: "src/compiler/values.ts",
    from: "value.width * 2 ** storages[value.dtype].log2Bytes",
    to: "value.width << storages[value.dtype].log2Bytes",
    tests: hostile,
  },
  {
    what: "values of any width",
    file: "src/compiler/compile.ts",
    from: "memory.bytes > maxMemoryBytes || memory.valueBytes > maxValuesBytes",
    to: "memory.bytes > maxMemoryBytes * 4",
    tests: hostile,
  },
  {
    what: "leaves for any number of targets",
    file: "src/compiler/kernels/tree-ensemble/structure.ts",
    from: "if (places > freePlaces + placesPerLeaf * leaves)",
    to: "if (places < 0)",
    tests: ["src/compiler/kernels/tree-ensemble", ...hostile],
  },
];
