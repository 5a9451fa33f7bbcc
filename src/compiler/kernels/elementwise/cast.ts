import { intAttribute } from "../../../graph/attributes.ts";
import { isOpaque } from "../../../graph/graph.ts";
import type { DType } from "../../../tensor/dtype.ts";
import { onnxDTypes, onnxTypeName } from "../../../tensor/onnx-dtypes.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, storages, type Value } from "../../values.ts";

/** Between numbers and bool, as C converts them; a bool is whether the number is not 0. */
export const lowerCast: Lower = (node, lowering) => {
  const number = intAttribute(node, "to", 0);
  return castTo(node, lowering, onnxDTypes.get(number) ?? unsupported(node, `the target type ${onnxTypeName(number)}`));
};

/** To the type of its second input, of which nothing else is read. */
export const lowerCastLike: Lower = (node, lowering) => {
  const [value, like] = node.values;
  const to = like === undefined ? unsupported(node, "its input 1 is absent") : dtypeOf(node, like);
  if (value?.kind !== "constant") return castTo(node, lowering, to);
  const [constant] = lowering.evaluate(node, [constantInput(node, 0), tensor(to, [0]) as Tensor]);
  return { outputs: [{ kind: "constant", constant: constant as Tensor }] };
};

function dtypeOf(node: LoweringNode, value: Value): DType {
  if (value.kind === "flat") return value.elements.dtype;
  if (value.kind !== "constant") return value.dtype;
  return isOpaque(value.constant) ? unsupported(node, `its input 1 is ${value.constant.what}`) : value.constant.dtype;
}

function castTo(node: LoweringNode, lowering: Lowering, to: DType): Lowered {
  const input = rowsInput(node, 0);
  if (!isStored(to)) unsupported(node, `the target type ${to}`);
  if (to === input.dtype) return { outputs: [input] };
  if (to === "string" || input.dtype === "string") unsupported(node, "strings");
  const output = lowering.allocate(to, input.shape);
  const source = storages[input.dtype].type;
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) =>
          emitter.store(output, element, () => {
            emitter.load(input, element);
            const { fn } = emitter;
            if (to === "bool") {
              if (source === "i32") fn.const("i32", 0).op("i32.ne");
              else fn.const(source, 0).op(`${source}.ne`);
              return;
            }
            emitter.convert(input.dtype, to);
            if (to === "int64" && input.dtype !== "int32" && input.dtype !== "bool") fn.op("f64.trunc");
          }),
        ),
      ),
  };
}
