import { intAttribute, intsAttribute } from "../../graph/attributes.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import type { Dimension, RowsValue } from "../values.ts";
import { emitArgMax } from "./classes.ts";
import { emitSoftmax } from "./post-transform.ts";

/** The sum of a row's columns, in float64 and rounded once. */
export const lowerReduceSum: Lower = (node, lowering) => {
  const input = columnsInput(node);
  const axes =
    intsAttribute(node, "axes") ?? (node.values[1] === undefined ? undefined : (constantInput(node, 1).data as ArrayLike<number>));
  if (axes === undefined || axes.length !== 1 || !isColumns(axes[0] as number))
    unsupported(node, "it sums over something other than the columns");
  const output = lowering.allocate(input.dtype, reduced(node));
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const sum = fn.local("f64");
      emitter.eachRow([input, output], () => {
        fn.const("f64", 0).set(sum);
        emitter.elements(input.width, (element) => {
          emitter.loadF64(input, element);
          fn.get(sum).op("f64.add").set(sum);
        });
        emitter.storeF64(output, 0, () => fn.get(sum));
      });
    },
  };
};

/** The position of a row's largest column: the first of equals. */
export const lowerArgMax: Lower = (node, lowering) => {
  const input = columnsInput(node);
  if (!isColumns(intAttribute(node, "axis", 0))) unsupported(node, "it looks along something other than the columns");
  if (intAttribute(node, "select_last_index", 0) !== 0) unsupported(node, "it selects the last of equals");
  const output = lowering.allocate("int64", reduced(node));
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const best = fn.local("i32");
      emitter.eachRow([input, output], () => {
        emitArgMax(emitter, input, best);
        emitter.store(output, 0, () => fn.get(best).op("f64.convert_i32_s"));
      });
    },
  };
};

/** Over the columns; on a table the semantics before and since opset 13 are the same. */
export const lowerSoftmax: Lower = (node, lowering) => {
  const input = columnsInput(node);
  // The default was axis 1 before opset 13 and is -1 since: both are the columns here.
  if (!isColumns(intAttribute(node, "axis", -1))) unsupported(node, "it normalises something other than the columns");
  const powers = lowering.allocate("float64", input.shape);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, powers, output], () => {
        emitter.elements(input.width, (element) => emitter.store(powers, element, () => emitter.loadF64(input, element)));
        emitSoftmax(emitter, powers, lowering);
        emitter.elements(input.width, (element) => emitter.storeF64(output, element, () => emitter.load(powers, element)));
      }),
  };
};

function columnsInput(node: LoweringNode): RowsValue {
  const input = rowsInput(node, 0);
  if (input.shape[0] !== "rows" || input.shape.length !== 2 || input.width < 1) unsupported(node, "its input is not a table of rows");
  if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
  return input;
}

function isColumns(axis: number): boolean {
  return axis === 1 || axis === -1;
}

function reduced(node: LoweringNode): Dimension[] {
  return intAttribute(node, "keepdims", 1) === 0 ? ["rows"] : ["rows", 1];
}
