import fc from "fast-check";
import { buildGraph } from "../../src/graph/build.ts";
import type { Attribute, Graph, Node } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

/** Random graphs over one table `X` `[rows, columns]`, each around one operator, for comparing evaluators. */

export interface Case {
  readonly graph: Graph;
  readonly rows: readonly (readonly number[])[];
}

type Floats = "float32" | "float64";

/** In steps of 1e-4: products of denormals, which float32 cannot hold, would only test what nobody trains. */
const steps = (limit: number): fc.Arbitrary<number> =>
  fc.integer({ min: -limit * 1e4, max: limit * 1e4 }).map((step) => Math.fround(step / 1e4));
const finite = steps(50);
const weight = steps(2);

function list(element: fc.Arbitrary<number>, length: number): fc.Arbitrary<number[]> {
  return fc.array(element, { minLength: length, maxLength: length });
}

export function floatsOf(values: readonly number[]): Attribute {
  return { kind: "floats", value: Float32Array.from(values) };
}

export function intsOf(values: readonly number[]): Attribute {
  return { kind: "ints", value: Float64Array.from(values) };
}

const int = (value: number): Attribute => ({ kind: "int", value });
const string = (value: string): Attribute => ({ kind: "string", value });

function constant(dtype: Floats | "int64", shape: readonly number[], values: readonly number[]): Tensor {
  return dtype === "float32" ? { dtype, shape, data: Float32Array.from(values) } : { dtype, shape, data: Float64Array.from(values) };
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Node {
  const [name = "", domain = ""] = operator.split(".").reverse().length > 1 ? [operator.split(".").at(-1), "ai.onnx.ml"] : [operator, ""];
  return { name: "", domain, operator: name, inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

interface Parts {
  readonly columns: number;
  readonly dtype: Floats;
  readonly nodes: readonly Node[];
  readonly outputs: readonly (readonly [string, Tensor["dtype"]])[];
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly values?: fc.Arbitrary<number>;
}

function around(parts: fc.Arbitrary<Parts>): fc.Arbitrary<Case> {
  return parts.chain(({ columns, dtype, nodes, outputs, constants = {}, values = finite }) =>
    fc.array(list(values, columns), { minLength: 1, maxLength: 7 }).map((rows) => ({
      rows,
      graph: buildGraph({
        name: "case",
        opsets: { "": 18, "ai.onnx.ml": 3 },
        inputs: [{ name: "X", dtype, shape: ["rows", columns] }],
        outputs: outputs.map(([name, type]) => ({ name, dtype: type, shape: [null, null] })),
        constants: new Map(Object.entries(constants)),
        nodes,
      }),
    })),
  );
}

const columns = fc.integer({ min: 1, max: 20 });
const dtypes = fc.constantFrom<Floats[]>("float32", "float64");

const unary = around(
  fc
    .record({
      columns,
      dtype: dtypes,
      operator: fc.constantFrom(
        "Abs",
        "Neg",
        "Relu",
        "Exp",
        "Sigmoid",
        "Tanh",
        "Identity",
        "Erf",
        "Sign",
        "Round",
        "Floor",
        "Ceil",
        "Reciprocal",
        "Sin",
        "Atan",
      ),
    })
    .map(({ operator, ...rest }) => ({
      ...rest,
      nodes: [node(operator, ["X"], ["Y"])],
      outputs: [["Y", rest.dtype]],
      values: fc.double({ min: -30, max: 30, noNaN: true }).map(Math.fround),
    })),
);

const binaryConstant = around(
  fc
    .record({
      columns,
      dtype: dtypes,
      operator: fc.constantFrom("Add", "Sub", "Mul", "Div", "Max", "Min"),
      scalar: fc.boolean(),
      swapped: fc.boolean(),
    })
    .chain(({ columns: width, dtype, operator, scalar, swapped }) =>
      list(weight, scalar ? 1 : width).map((values) => ({
        columns: width,
        dtype,
        nodes: [node(operator, swapped ? ["C", "X"] : ["X", "C"], ["Y"])],
        outputs: [["Y", dtype]],
        constants: { C: constant(dtype, scalar ? [] : [1, width], values) },
      })),
    ),
);

/** Rows with rows: X·|X|, and the columns divided by their sum. */
const binaryRows = around(
  fc.record({ columns, dtype: dtypes }).map((parts) => ({
    ...parts,
    nodes: [
      node("Abs", ["X"], ["A"]),
      node("Mul", ["X", "A"], ["M"]),
      node("ReduceSum", ["A", "axes"], ["S"], { keepdims: int(1) }),
      node("Div", ["M", "S"], ["Y"]),
    ],
    outputs: [
      ["Y", parts.dtype],
      ["S", parts.dtype],
    ],
    constants: { axes: constant("int64", [1], [1]) },
  })),
);

const dense = around(
  fc
    .record({
      columns: fc.integer({ min: 1, max: 40 }),
      outputs: fc.integer({ min: 1, max: 21 }),
      dtype: dtypes,
      gemm: fc.boolean(),
      transB: fc.boolean(),
    })
    .chain(({ columns: width, outputs, dtype, gemm, transB }) =>
      fc
        .record({ weights: list(weight, width * outputs), bias: list(weight, outputs), alpha: weight, beta: weight })
        .map(({ weights, bias, alpha, beta }) => ({
          columns: width,
          dtype,
          nodes: gemm
            ? [
                node("Gemm", ["X", "W", "B"], ["Y"], {
                  transB: int(transB ? 1 : 0),
                  alpha: { kind: "float", value: alpha },
                  beta: { kind: "float", value: beta },
                }),
              ]
            : [node("MatMul", ["X", "W"], ["M"]), node("Add", ["M", "B"], ["Y"])],
          outputs: [["Y", dtype]],
          constants: {
            W: constant(dtype, gemm && transB ? [outputs, width] : [width, outputs], weights),
            B: constant(dtype, [outputs], bias),
          },
        })),
    ),
);

/** Rows with themselves, their negatives and a matrix; the last column says whether the matrix is square. */
const equations = [
  ["ij,ij,jk->ik", false],
  ["ij,ij,jk->i", false],
  ["ij,il,jk->ilk", false],
  ["ij,ik,jk->i", true],
  ["ij,il,lk->ikj", false],
  ["ij,ij,jj->ij", true],
] as const;

const einsum = around(
  fc
    .record({
      columns: fc.integer({ min: 1, max: 12 }),
      others: fc.integer({ min: 1, max: 11 }),
      dtype: dtypes,
      equation: fc.constantFrom(...equations),
    })
    .chain(({ columns: width, others, dtype, equation: [equation, isSquare] }) => {
      const size = isSquare ? width : others;
      return list(weight, width * size).map((weights) => ({
        columns: width,
        dtype,
        nodes: [
          node("Neg", ["X"], ["N"]),
          node("Einsum", ["X", "N", "W"], ["E"], { equation: string(equation) }),
          node("Flatten", ["E"], ["Y"], { axis: int(1) }),
        ],
        outputs: [["Y", dtype]],
        constants: { W: constant(dtype, [width, size], weights) },
      }));
    }),
);

/** The tail that skl2onnx gives its neural networks: probabilities, and the label by ArgMax. */
const softmaxLabel = around(
  fc.record({ columns, dtype: dtypes, keepdims: fc.constantFrom(0, 1) }).map(({ columns: width, dtype, keepdims }) => ({
    columns: width,
    dtype,
    nodes: [
      node("Softmax", ["X"], ["P"], { axis: int(-1) }),
      node("ArgMax", ["P"], ["best"], { axis: int(1), keepdims: int(keepdims) }),
      node("ai.onnx.ml.ArrayFeatureExtractor", ["classes", "best"], ["picked"]),
      node("Reshape", ["picked", "shape"], ["label"]),
    ],
    outputs: [
      ["label", "int64"],
      ["P", dtype],
    ],
    constants: {
      classes: constant(
        "int64",
        [width],
        Array.from({ length: width }, (_, index) => index * 7 - 3),
      ),
      shape: constant("int64", [1], [-1]),
    },
  })),
);

/** What the best columns of a row name in several lists, as exporters look the targets of neighbours up. */
const lookUp = around(
  fc
    .record({ columns, dtype: dtypes, lists: fc.integer({ min: 1, max: 11 }), best: fc.integer({ min: 1, max: 12 }) })
    .chain(({ columns: width, dtype, lists, best }) =>
      list(weight, width * lists).map((entries) => {
        const k = Math.min(best, width);
        return {
          columns: width,
          dtype,
          nodes: [
            node("TopK", ["X", "k"], ["values", "best"]),
            node("Flatten", ["best"], ["flat"], { axis: int(0) }),
            node("ai.onnx.ml.ArrayFeatureExtractor", ["lists", "flat"], ["picked"]),
            node("Reshape", ["picked", "shape"], ["R"]),
            node("Transpose", ["R"], ["T"], { perm: intsOf([1, 0, 2]) }),
            node("Flatten", ["T"], ["Y"], { axis: int(1) }),
          ],
          outputs: [["Y", "float32"]] as const,
          constants: {
            k: constant("int64", [1], [k]),
            lists: constant("float32", [lists, width], entries),
            shape: constant("int64", [3], [lists, -1, k]),
          },
        };
      }),
    ),
);

/** Tables joined one after the other, and their rows found again: what quadratic discriminant analysis does with its classes. */
const tables = around(
  fc.record({ columns, dtype: dtypes, tables: fc.integer({ min: 2, max: 4 }) }).map(({ columns: width, dtype, tables: count }) => ({
    columns: width,
    dtype,
    nodes: [
      node("Neg", ["X"], ["N"]),
      node(
        "Concat",
        Array.from({ length: count }, (_, index) => (index % 2 === 0 ? "X" : "N")),
        ["J"],
        { axis: int(0) },
      ),
      node("Reshape", ["J", "shape"], ["R"]),
      node("Transpose", ["R"], ["T"], { perm: intsOf([1, 2, 0]) }),
      node("Flatten", ["T"], ["Y"], { axis: int(1) }),
    ],
    outputs: [["Y", dtype]] as const,
    constants: { shape: constant("int64", [3], [count, -1, width]) },
  })),
);

const casts = around(
  fc.record({ columns, dtype: dtypes, to: fc.constantFrom(1, 7, 9, 11) }).map(({ to, ...parts }) => ({
    ...parts,
    nodes: [node("Cast", ["X"], ["C"], { to: int(to) }), node("Cast", ["C"], ["Y"], { to: int(1) })],
    outputs: [["Y", "float32"]],
  })),
);

const preprocessing = around(
  fc.record({ columns, dtype: dtypes, norm: fc.constantFrom("L1", "L2", "MAX") }).chain(({ columns: width, dtype, norm }) =>
    fc
      .record({ offset: list(weight, width), scale: list(weight, width), imputed: list(weight, width) })
      .map(({ offset, scale, imputed }) => ({
        columns: width,
        dtype,
        nodes: [
          node("ai.onnx.ml.Imputer", ["X"], ["I"], {
            imputed_value_floats: floatsOf(imputed),
            replaced_value_float: { kind: "float", value: Number.NaN },
          }),
          node("ai.onnx.ml.Scaler", ["I"], ["S"], { offset: floatsOf(offset), scale: floatsOf(scale) }),
          node("ai.onnx.ml.Normalizer", ["S"], ["N"], { norm: string(norm) }),
          node("Concat", ["N", "S"], ["Y"], { axis: int(1) }),
        ],
        outputs: [["Y", "float32"]],
        values: fc.oneof(finite, fc.constant(Number.NaN)),
      })),
  ),
);

const oneHot = around(
  fc
    .record({
      columns: fc.integer({ min: 1, max: 12 }),
      dtype: dtypes,
      categories: fc.uniqueArray(fc.integer({ min: -3, max: 6 }), { minLength: 1, maxLength: 9 }),
    })
    .map(({ columns: width, dtype, categories }) => ({
      columns: width,
      dtype,
      nodes: [
        node("ai.onnx.ml.OneHotEncoder", ["X"], ["H"], { cats_int64s: intsOf(categories), zeros: int(1) }),
        node("Reshape", ["H", "shape"], ["R"]),
        node("Flatten", ["H"], ["F"], { axis: int(1) }),
        node("Sub", ["R", "F"], ["Z"]),
      ],
      outputs: [
        ["R", "float32"],
        ["Z", "float32"],
      ],
      constants: { shape: constant("int64", [2], [-1, width * categories.length]) },
      values: fc.integer({ min: -4, max: 7 }),
    })),
);

const linear = around(
  fc
    .record({
      columns,
      dtype: dtypes,
      classes: fc.integer({ min: 2, max: 11 }),
      transform: fc.constantFrom("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"),
    })
    .chain(({ columns: width, dtype, classes, transform }) =>
      fc.record({ coefficients: list(weight, width * classes), intercepts: list(weight, classes) }).map(({ coefficients, intercepts }) => ({
        columns: width,
        dtype,
        nodes: [
          node("ai.onnx.ml.LinearClassifier", ["X"], ["label", "scores"], {
            coefficients: floatsOf(coefficients),
            intercepts: floatsOf(intercepts),
            classlabels_ints: intsOf(Array.from({ length: classes }, (_, index) => index + 1)),
            post_transform: string(transform),
          }),
          node("ai.onnx.ml.LinearRegressor", ["X"], ["values"], {
            coefficients: floatsOf(coefficients),
            intercepts: floatsOf(intercepts),
            targets: int(classes),
          }),
        ],
        outputs: [
          ["label", "int64"],
          ["scores", "float32"],
          ["values", "float32"],
        ],
      })),
    ),
);

const svm = around(
  fc
    .record({
      columns: fc.integer({ min: 1, max: 9 }),
      dtype: dtypes,
      perClass: fc
        .array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 5 })
        .filter((counts) => counts.some((count) => count > 0)),
      kernel: fc.constantFrom("LINEAR", "POLY", "RBF", "SIGMOID"),
    })
    .chain(({ columns: width, dtype, perClass, kernel }) => {
      const vectors = perClass.reduce((sum, count) => sum + count, 0);
      const pairs = (perClass.length * (perClass.length - 1)) / 2;
      return fc
        .record({
          support: list(weight, vectors * width),
          coefficients: list(weight, vectors * (perClass.length - 1)),
          rho: list(weight, pairs),
          a: list(weight, pairs),
          b: list(weight, pairs),
        })
        .map(({ support, coefficients, rho, a, b }) => {
          const shared = { support_vectors: floatsOf(support), kernel_type: string(kernel), kernel_params: floatsOf([0.25, 0.5, 3]) };
          return {
            columns: width,
            dtype,
            nodes: [
              node("ai.onnx.ml.SVMClassifier", ["X"], ["label", "scores"], {
                ...shared,
                coefficients: floatsOf(coefficients),
                rho: floatsOf(rho),
                prob_a: floatsOf(a),
                prob_b: floatsOf(b),
                vectors_per_class: intsOf(perClass),
                classlabels_ints: intsOf(perClass.map((_, index) => index)),
                post_transform: string("NONE"),
              }),
              node("ai.onnx.ml.SVMRegressor", ["X"], ["value"], {
                ...shared,
                coefficients: floatsOf(coefficients.slice(0, vectors)),
                rho: floatsOf(rho.slice(0, 1)),
                n_supports: int(vectors),
              }),
            ],
            outputs: [
              ["label", "int64"],
              ["scores", "float32"],
              ["value", "float32"],
            ] as const,
            values: weight,
          };
        });
    }),
);

export const cases: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  unary,
  "a constant and rows": binaryConstant,
  "rows and rows": binaryRows,
  "dense layers": dense,
  einsum,
  "softmax and its label": softmaxLabel,
  "look-ups in lists": lookUp,
  "joined tables": tables,
  casts,
  preprocessing,
  "one-hot": oneHot,
  "linear models": linear,
  "support vector machines": svm,
};
