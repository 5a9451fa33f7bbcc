import { floatsAttribute } from "../../../graph/attributes.ts";
import type { Element } from "../../emitter.ts";
import { type Lower, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";

/** (x - offset) · scale in the input's precision, given as float32 (ai.onnx.ml Scaler). */
export const lowerScaler: Lower = (node, lowering) => {
  const input = tableInput(node);
  const offset = perColumn(node, "offset", input.width, 0);
  const scale = perColumn(node, "scale", input.width, 1);
  const f = input.dtype === "float32" ? "f32" : "f64";
  const dtype = f === "f32" ? "float32" : "float64";
  const [offsets, scales] = [offset, scale].map((values) => lowering.memory.constant(f === "f32" ? Float32Array.from(values) : values)) as [
    number,
    number,
  ];
  const output = lowering.allocate("float32", ["rows", input.width]);
  return {
    outputs: [output],
    emit: (emitter) => {
      const one = (column: Element): void =>
        emitter.store(output, column, () => {
          if (f === "f32") emitter.load(input, column);
          else emitter.loadF64(input, column);
          emitter.loadConstant(dtype, offsets, column);
          emitter.fn.op(`${f}.sub`);
          emitter.loadConstant(dtype, scales, column);
          emitter.fn.op(`${f}.mul`);
          if (f === "f64") emitter.fn.op("f32.demote_f64");
        });
      const four = (column: Element): void =>
        emitter.store4(output, column, () => {
          emitter.load4(input, column);
          emitter.loadConstant4(offsets, column);
          emitter.fn.op("f32x4.sub");
          emitter.loadConstant4(scales, column);
          emitter.fn.op("f32x4.mul");
        });
      emitter.eachRow([input, output], () => {
        if (f === "f32" && lowering.simd) emitter.fours(input.width, four, one);
        else emitter.elements(input.width, one);
      });
    },
  };
};

function perColumn(node: LoweringNode, name: string, width: number, fallback: number): Float64Array {
  const values = floatsAttribute(node, name) ?? Float32Array.of(fallback);
  if (values.length !== width && values.length !== 1) unsupported(node, `${values.length} values of "${name}" for ${width} columns`);
  return Float64Array.from({ length: width }, (_, column) => values[values.length === 1 ? 0 : column] as number);
}
