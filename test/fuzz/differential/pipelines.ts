import type { Tensor } from "../../../src/tensor/tensor.ts";
import type { Dice } from "../../forests/dice.ts";
import { estimatorKinds } from "./estimators.ts";
import { ModelBuilder, type RandomModel, type Stage, table } from "./model.ts";
import { stageKinds } from "./stages.ts";

/** A few steps and an estimator, as exporters write pipelines. */
export function pipeline(dice: Dice): RandomModel {
  const model = new ModelBuilder();
  const dtype = dice.pick(["float32", "float32", "float64"] as const);
  const columns = dice.int(1, 12);
  model.inputs.push({ name: "X", dtype, shape: [null, columns] });
  let stage: Stage = { value: "X", dtype, columns };
  const names: string[] = [];
  let compares = false;
  for (let steps = dice.int(0, 4); steps > 0; steps--) {
    const kind = dice.pick(stageKinds);
    names.push(kind.name);
    compares ||= kind.compares === true;
    stage = kind.add(dice, model, stage);
  }
  const estimator = dice.pick(estimatorKinds);
  // ONNX's checker wants every output made by a node.
  if (stage.value === "X") stage = { ...stage, value: model.one("Identity", ["X"]) };
  const { outputs, labelsDiffer = false } = estimator.add(dice, model, stage);
  return {
    name: [...names, estimator.name].join(", "),
    graph: model.graph(outputs),
    rows: (count) => [rowsOf(dice, dtype, columns, count, estimator.finite === true)],
    scale: 64,
    compares: compares || estimator.compares === true,
    labelsDiffer,
    ...(estimator.finite === true ? { finite: true } : {}),
  };
}

/**
 * Mostly plain numbers, now and then what is no number. Not the ends of float32: sums are float64 here, and neither overflow
 * nor underflow where ONNX Runtime's do.
 */
function rowsOf(dice: Dice, dtype: "float32" | "float64", columns: number, count: number, finite: boolean): Tensor {
  const odd = [Number.NaN, 0, -0, ...(finite ? [] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])];
  const values = Array.from({ length: count }, () => {
    const isOdd = dice.chance(0.2);
    return Array.from({ length: columns }, () => (isOdd && dice.chance(0.4) ? dice.pick(odd) : dice.int(-512, 512) / 128));
  });
  return table(dtype, columns, values.flat());
}
