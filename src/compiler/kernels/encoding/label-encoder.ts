import { categoryMapping, type LabelMapping, labelMapping, nanIsKey } from "../../../graph/label-encoder.ts";
import { allocate } from "../../../tensor/dtype.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, type StoredDType } from "../../values.ts";
import { emitLookup, lowerLookup } from "../lookup.ts";

/** Finds each element among the sorted keys, and loads its value: the last two of the table are for other keys and for NaN. */
function lowerMapping(mappingOf: typeof labelMapping): Lower {
  return (node, lowering) => lowerMapped(node, mappingOf(node, rowsInput(node, 0).dtype), lowering);
}

export const lowerLabelEncoder = lowerMapping(labelMapping);
export const lowerCategoryMapper = lowerMapping(categoryMapping);

function lowerMapped(node: LoweringNode, { keys, values, fallback }: LabelMapping, lowering: Lowering): Lowered {
  const input = rowsInput(node, 0);
  const { dtype } = values;
  if (!isStored(dtype)) unsupported(node, `its values are ${dtype}`);
  const given = numbersOf(keys, lowering);
  const results = numbersOf(values, lowering);
  const other = numbersOf(fallback, lowering)[0];
  const positions = new Map<number, number>();
  for (let position = given.length - 1; position >= 0; position--) positions.set(given[position] as number, position);
  if (node.opset < nanIsKey) positions.delete(Number.NaN);
  const sorted = Float64Array.from([...positions.keys()].filter((key) => !Number.isNaN(key))).sort();
  const resultOf = (key: number): number => {
    const position = positions.get(key);
    return (position === undefined ? other : results[position]) as number;
  };
  const table = store(node, dtype, [...Array.from(sorted, resultOf), other as number, resultOf(Number.NaN)]);
  const address = lowering.memory.constant(table);
  const lookup = lowerLookup(sorted, lowering);
  const output = lowering.allocate(dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const value = fn.local("f64");
      const at = fn.local("i32");
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) => {
          emitter.loadF64(input, element);
          fn.set(value);
          emitLookup(emitter, lookup, value, at);
          emitter.store(output, element, () => emitter.loadConstant(dtype, address, at));
        }),
      );
    },
  };
}

/** Strings by their position in the vocabulary. */
function numbersOf({ dtype, data }: Tensor, lowering: Lowering): ArrayLike<number> {
  return dtype === "string" ? data.map((text) => lowering.vocabulary.add(text)) : data;
}

function store(node: LoweringNode, dtype: StoredDType, values: readonly number[]): Exclude<Tensor["data"], string[]> {
  const table = dtype === "string" ? new Int32Array(values.length) : allocate(dtype, values.length);
  if (Array.isArray(table)) return unsupported(node, "its values are strings");
  table.set(values);
  return table;
}
