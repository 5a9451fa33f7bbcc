import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, rowsInput, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";

/** Transforms the number on the stack, of type `f`, in place. */
type Transform = (emitter: Emitter, f: "f32" | "f64", lowering: Lowering) => void;

function lowerUnary(transform: Transform): Lower {
  return (node, lowering) => {
    const input = rowsInput(node, 0);
    const { type } = storages[input.dtype];
    if (type === "i32") unsupported(node, `its input is ${input.dtype}`);
    const output = lowering.allocate(input.dtype, input.shape);
    return {
      outputs: [output],
      emit: (emitter) =>
        emitter.eachRow([input, output], () =>
          emitter.elements(input.width, (element) =>
            emitter.store(output, element, () => {
              emitter.load(input, element);
              transform(emitter, type, lowering);
            }),
          ),
        ),
    };
  };
}

/** A function of float64, its result rounded to the input's type. */
function inFloat64(index: (lowering: Lowering) => number): Lower {
  return lowerUnary((emitter, f, lowering) => {
    if (f === "f32") emitter.fn.op("f64.promote_f32");
    emitter.fn.call(index(lowering));
    if (f === "f32") emitter.fn.op("f32.demote_f64");
  });
}

export const lowerAbs = lowerUnary(({ fn }, f) => fn.op(`${f}.abs`));
export const lowerNeg = lowerUnary(({ fn }, f) => fn.op(`${f}.neg`));
/** max(x, 0); WebAssembly's max gives NaN for NaN, as ONNX Runtime does. */
export const lowerRelu = lowerUnary(({ fn }, f) => fn.const(f, 0).op(`${f}.max`));
export const lowerExp = inFloat64(({ math }) => math.exp);
export const lowerSigmoid = inFloat64(({ math }) => math.logistic);
export const lowerTanh = inFloat64(({ math }) => math.tanh);
