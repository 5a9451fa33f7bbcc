import { intsAttribute } from "../../../graph/attributes.ts";
import { elementCount } from "../../../tensor/shape.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";

/** All inputs' columns side by side as float32, each input cut or filled with 0 to its dimension. */
export const evaluateFeatureVectorizer: Evaluate = (call) => {
  const tables = call.inputs.map((_, position) => tableInput(call, position));
  const dimensions = intsAttribute(call.node, "inputdimensions") ?? new Float64Array();
  const [first] = tables;
  if (first === undefined || dimensions.length !== tables.length)
    malformed(call, `it has ${dimensions.length} dimensions for ${tables.length} inputs`);
  // Before the columns are listed.
  for (const size of dimensions) elementCount([size]);
  const columns = tables.flatMap((table, input) => Array.from({ length: dimensions[input] ?? 0 }, (_, column) => ({ table, column })));
  return [
    resultOf(call, "float32", [first.rows, columns.length], (index) => {
      const { table, column } = columns[index % columns.length] ?? { table: first, column: 0 };
      return table.values[Math.floor(index / columns.length)]?.[column] ?? 0;
    }),
  ];
};
