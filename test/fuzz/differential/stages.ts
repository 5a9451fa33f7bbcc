import type { Dice } from "../../forests/dice.ts";
import { float, floats, int, ints, type ModelBuilder, type Stage, string, table, weight, weights } from "./model.ts";

/** Steps of a pipeline: each takes a table and gives one. */
export interface StageKind {
  readonly name: string;
  readonly compares?: boolean;
  readonly add: (dice: Dice, model: ModelBuilder, stage: Stage) => Stage;
}

const unary = [
  "Abs",
  "Neg",
  "Floor",
  "Ceil",
  "Sqrt",
  "Exp",
  "Log",
  "Tanh",
  "Sigmoid",
  "Relu",
  "Sign",
  "Reciprocal",
  "Erf",
  "Softplus",
  "Round",
];
const binary = ["Add", "Sub", "Mul", "Div", "Max", "Min"];
const reductions = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL1", "ReduceL2"];

function keep(stage: Stage, value: string, columns = stage.columns): Stage {
  return { ...stage, value, columns };
}

/** The operators of ai.onnx.ml answer in float32. */
function single(value: string, columns: number): Stage {
  return { value, dtype: "float32", columns };
}

export const stageKinds: readonly StageKind[] = [
  {
    name: "Scaler",
    add: (dice, model, { value, columns }) => {
      const count = dice.pick([1, columns]);
      return single(
        model.one("ai.onnx.ml.Scaler", [value], { offset: floats(weights(dice, count)), scale: floats(weights(dice, count)) }),
        columns,
      );
    },
  },
  {
    name: "Imputer",
    add: (dice, model, stage) => {
      if (stage.dtype === "float64") return stage;
      const imputed = floats(weights(dice, dice.pick([1, stage.columns])));
      const replaced = float(dice.pick([Number.NaN, 0, 1]));
      return keep(stage, model.one("ai.onnx.ml.Imputer", [stage.value], { imputed_value_floats: imputed, replaced_value_float: replaced }));
    },
  },
  {
    name: "Normalizer",
    compares: true,
    add: (dice, model, { value, columns }) =>
      single(model.one("ai.onnx.ml.Normalizer", [value], { norm: string(dice.pick(["MAX", "L1", "L2"])) }), columns),
  },
  {
    name: "Binarizer",
    add: (dice, model, stage) =>
      stage.dtype === "float64" ? stage : keep(stage, model.one("ai.onnx.ml.Binarizer", [stage.value], { threshold: float(weight(dice)) })),
  },
  {
    name: "ArrayFeatureExtractor",
    add: (dice, model, stage) => {
      const picked = Array.from({ length: dice.int(1, stage.columns + 2) }, () => dice.int(0, stage.columns - 1));
      const positions = model.constant({ dtype: "int64", shape: [picked.length], data: Float64Array.from(picked) });
      return keep(stage, model.one("ai.onnx.ml.ArrayFeatureExtractor", [stage.value, positions]), picked.length);
    },
  },
  {
    name: "FeatureVectorizer",
    add: (_, model, { value, columns }) =>
      single(model.one("ai.onnx.ml.FeatureVectorizer", [value, value], { inputdimensions: ints([columns, columns]) }), 2 * columns),
  },
  { name: "unary", add: (dice, model, stage) => keep(stage, model.one(dice.pick(unary), [stage.value])) },
  {
    name: "with a row",
    add: (dice, model, stage) => {
      const row = model.constant(table(stage.dtype, stage.columns, weights(dice, stage.columns)));
      const operands = dice.chance(0.5) ? [stage.value, row] : [row, stage.value];
      return keep(stage, model.one(dice.pick(binary), operands));
    },
  },
  {
    name: "Where",
    add: (dice, model, stage) => {
      const test = dice.chance(0.5)
        ? model.one("IsNaN", [stage.value])
        : model.one(dice.pick(["Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal"]), [
            stage.value,
            model.constant(table(stage.dtype, 1, [weight(dice)])),
          ]);
      return keep(stage, model.one("Where", [test, model.constant(table(stage.dtype, 1, [weight(dice)])), stage.value]));
    },
  },
  {
    name: "Clip",
    add: (dice, model, stage) => {
      const bound = (value: number): string => model.constant({ ...table(stage.dtype, 1, [value]), shape: [] });
      return keep(stage, model.one("Clip", [stage.value, bound(-Math.abs(weight(dice))), bound(Math.abs(weight(dice)))]));
    },
  },
  {
    name: "MatMul",
    add: (dice, model, stage) => {
      const columns = dice.int(1, 9);
      const matrix = model.constant(table(stage.dtype, columns, weights(dice, stage.columns * columns)));
      if (dice.chance(0.5)) return keep(stage, model.one("MatMul", [stage.value, matrix]), columns);
      const bias = model.constant(table(stage.dtype, columns, weights(dice, columns)));
      return keep(stage, model.one("Gemm", [stage.value, matrix, bias], { alpha: float(0.5), beta: float(2) }), columns);
    },
  },
  {
    name: "Softmax",
    compares: true,
    add: (dice, model, stage) => keep(stage, model.one(dice.pick(["Softmax", "LogSoftmax"]), [stage.value], { axis: int(-1) })),
  },
  {
    name: "reduction beside its table",
    compares: true,
    add: (dice, model, stage) => {
      const axes = model.constant({ dtype: "int64", shape: [1], data: Float64Array.of(1) });
      const operator = dice.pick(reductions);
      const takesInput = operator === "ReduceSum" || dice.chance(1);
      const reduced = model.one(operator, takesInput ? [stage.value, axes] : [stage.value], { keepdims: int(1) });
      return keep(stage, model.one("Concat", [stage.value, reduced], { axis: int(1) }), stage.columns + 1);
    },
  },
  {
    name: "columns moved",
    add: (dice, model, stage) => {
      const longs = (...values: number[]): string =>
        model.constant({ dtype: "int64", shape: [values.length], data: Float64Array.from(values) });
      if (dice.chance(0.5)) {
        const end = dice.int(1, stage.columns);
        return keep(stage, model.one("Slice", [stage.value, longs(0), longs(end), longs(1)]), end);
      }
      const picked = Array.from({ length: dice.int(1, 6) }, () => dice.int(0, stage.columns - 1));
      return keep(stage, model.one("Gather", [stage.value, longs(...picked)], { axis: int(1) }), picked.length);
    },
  },
  {
    name: "the largest",
    compares: true,
    add: (dice, model, stage) => {
      const count = dice.int(1, stage.columns);
      const k = model.constant({ dtype: "int64", shape: [1], data: Float64Array.of(count) });
      const [values = ""] = model.add("TopK", [stage.value, k], { largest: int(dice.int(0, 1)) }, 2);
      return keep(stage, values, count);
    },
  },
  {
    name: "Cast",
    add: (dice, model, stage) => {
      const to = dice.pick(["float32", "float64"] as const);
      return { ...stage, value: model.one("Cast", [stage.value], { to: int(to === "float32" ? 1 : 11) }), dtype: to };
    },
  },
];
