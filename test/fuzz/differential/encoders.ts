import type { Attribute } from "../../../src/graph/graph.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import type { Dice } from "../../forests/dice.ts";
import { float, floats, int, ints, ModelBuilder, type RandomModel, string, strings, weights } from "./model.ts";

/** Columns of categories, texts or integers, encoded as exporters do it. */

const words = ["", " ", "a", "b", "A", "é", "日本", "Unknown", "0", "-1", "NaN", "null", "__proto__", "constructor"];
const codes = [-3, 0, 1, 2, 7, 2 ** 31, -(2 ** 31), 2 ** 53];

export function encoder(dice: Dice): RandomModel {
  const model = new ModelBuilder();
  const isText = dice.chance(0.6);
  const columns = dice.int(1, 4);
  model.inputs.push({ name: "C", dtype: isText ? "string" : "int64", shape: [null, columns] });
  const known = dice.shuffled<string | number>(isText ? words : codes).slice(0, dice.int(1, 7));
  const rows = (count: number): readonly Tensor[] => {
    const picked = Array.from({ length: count * columns }, () =>
      dice.pick<string | number>(dice.chance(0.7) ? known : isText ? words : codes),
    );
    const shape = [count, columns];
    return [
      isText ? { dtype: "string", shape, data: picked.map(String) } : { dtype: "int64", shape, data: Float64Array.from(picked, Number) },
    ];
  };
  if (dice.chance(0.5)) {
    const cats: Record<string, Attribute> = isText
      ? { cats_strings: strings(known.map(String)) }
      : { cats_int64s: ints(known.map(Number)) };
    const hot = model.one("ai.onnx.ml.OneHotEncoder", ["C"], { ...cats, zeros: int(1) });
    const flat = model.one("Flatten", [hot], { axis: int(1) });
    const width = columns * known.length;
    return { name: `OneHotEncoder of ${isText ? "texts" : "integers"}`, graph: model.graph([[flat, "float32", width]]), rows, scale: 1 };
  }
  const to = dice.pick(["floats", "int64s", "strings"] as const);
  const keys: Record<string, Attribute> = isText ? { keys_strings: strings(known.map(String)) } : { keys_int64s: ints(known.map(Number)) };
  const values: Record<string, Attribute> =
    to === "floats"
      ? { values_floats: floats(weights(dice, known.length)), default_float: float(-0.5) }
      : to === "int64s"
        ? { values_int64s: ints(known.map((_, index) => index * 5 - 2)), default_int64: int(-9) }
        : { values_strings: strings(known.map((_, index) => `v${index}`)), default_string: string("other") };
  const encoded = model.one("ai.onnx.ml.LabelEncoder", ["C"], { ...keys, ...values });
  const dtype = to === "floats" ? "float32" : to === "int64s" ? "int64" : "string";
  return {
    name: `LabelEncoder of ${isText ? "texts" : "integers"} to ${to}`,
    graph: model.graph([[encoded, dtype, columns]]),
    rows,
    scale: 1,
  };
}
