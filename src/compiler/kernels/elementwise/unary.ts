import { intAttribute } from "../../../graph/attributes.ts";
import type { Element, Emitter } from "../../emitter.ts";
import type { HostFunction } from "../../host-math.ts";
import { type Lower, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { type StoredDType, storages } from "../../values.ts";
import type { WasmFunction } from "../../wasm/function.ts";
import { expPair, sigmoidPair, tanhPair } from "../exponentials.ts";

export type Float = "f32" | "f64";

/** Replaces the number on the stack, of type `f`. */
export type Transform = (emitter: Emitter, f: Float) => void;

/** What replaces several numbers on the stack at once, where the host has SIMD and the elements are float32. */
interface Together {
  /** Four float32. */
  readonly four?: (fn: WasmFunction) => void;
  /** Two float64. `prepare` makes the locals, once. */
  readonly two?: (fn: WasmFunction) => () => void;
}

/** A function of each element. `prepare` runs while the node is lowered, and gives the code to write. */
export function lowerUnary(
  prepare: (lowering: Lowering, node: LoweringNode) => Transform,
  result?: StoredDType,
  { four, two }: Together = {},
): Lower {
  return (node, lowering) => {
    const input = rowsInput(node, 0);
    const { type } = storages[input.dtype];
    if (type === "i32") unsupported(node, `its input is ${input.dtype}`);
    const transform = prepare(lowering, node);
    const output = lowering.allocate(result ?? input.dtype, input.shape);
    return {
      outputs: [output],
      emit: (emitter) => {
        const one = (element: Element): void =>
          emitter.store(output, element, () => {
            emitter.load(input, element);
            transform(emitter, type);
          });
        const { fn } = emitter;
        const together = lowering.simd && input.dtype === "float32" && output.dtype === "float32";
        emitter.eachRow([input, output], () => {
          if (together && four !== undefined) {
            const some = (element: Element): void =>
              emitter.store4(output, element, () => {
                emitter.load4(input, element);
                four(fn);
              });
            emitter.fours(input.width, some, one);
          } else if (together && two !== undefined) {
            const transformTwo = two(fn);
            const some = (element: Element): void =>
              emitter.store2(output, element, () => {
                emitter.load2(input, element);
                transformTwo();
              });
            // The last one by the same steps, so that equal elements stay equal.
            const last = (element: Element): void =>
              emitter.storeF64(output, element, () => {
                emitter.loadF64(input, element);
                fn.op("f64x2.splat");
                transformTwo();
                fn.op("f64x2.extract_lane_0");
              });
            emitter.pairs(input.width, some, last);
          } else emitter.elements(input.width, one);
        });
      },
    };
  };
}

/** By instructions that exist for both float types. */
function byInstruction(transform: Transform, result?: StoredDType): Lower {
  return lowerUnary(() => transform, result);
}

/** By a function of float64, its result rounded to the input's type. */
function byFunction(index: (lowering: Lowering) => number, two?: Together["two"]): Lower {
  return lowerUnary(
    (lowering) => (emitter, f) => {
      if (f === "f32") emitter.fn.op("f64.promote_f32");
      emitter.fn.call(index(lowering));
      if (f === "f32") emitter.fn.op("f32.demote_f64");
    },
    undefined,
    two === undefined ? {} : { two },
  );
}

function byHost(name: HostFunction): Lower {
  return lowerUnary((lowering) => {
    const index = lowering.math.host(name);
    return (emitter, f) => {
      if (f === "f32") emitter.fn.op("f64.promote_f32");
      emitter.fn.call(index);
      if (f === "f32") emitter.fn.op("f32.demote_f64");
    };
  });
}

export const lowerAbs = byInstruction(({ fn }, f) => fn.op(`${f}.abs`));
export const lowerCeil = byInstruction(({ fn }, f) => fn.op(`${f}.ceil`));
export const lowerFloor = byInstruction(({ fn }, f) => fn.op(`${f}.floor`));
export const lowerNeg = byInstruction(({ fn }, f) => fn.op(`${f}.neg`));
/** max(x, 0); WebAssembly's max gives NaN for NaN, as ONNX Runtime does. */
export const lowerRelu = lowerUnary(
  () =>
    ({ fn }, f) =>
      fn.const(f, 0).op(`${f}.max`),
  undefined,
  { four: (fn) => fn.const("f32", 0).op("f32x4.splat", "f32x4.max") },
);
/** Half to even, as the instruction does. */
export const lowerRound = byInstruction(({ fn }, f) => fn.op(`${f}.nearest`));
export const lowerSqrt = byInstruction(({ fn }, f) => fn.op(`${f}.sqrt`));
export const lowerReciprocal = byInstruction(({ fn }, f) => {
  const x = fn.local(f);
  fn.set(x).const(f, 1).get(x).op(`${f}.div`);
});
/** 1 above 0, -1 below, else x itself: 0 or NaN. */
export const lowerSign = byInstruction(({ fn }, f) => {
  const x = fn.local(f);
  fn.set(x).const(f, 1);
  fn.const(f, -1).get(x).get(x).const(f, 0).op(`${f}.lt`, "select");
  fn.get(x).const(f, 0).op(`${f}.gt`, "select");
});

export const lowerErf = byFunction(({ math }) => math.erf);
export const lowerExp = byFunction(({ math }) => math.exp, expPair);
export const lowerSigmoid = byFunction(({ math }) => math.logistic, sigmoidPair);
export const lowerTanh = byFunction(({ math }) => math.tanh, tanhPair);

export const lowerAcos = byHost("acos");
export const lowerAcosh = byHost("acosh");
export const lowerAsin = byHost("asin");
export const lowerAsinh = byHost("asinh");
export const lowerAtan = byHost("atan");
export const lowerAtanh = byHost("atanh");
export const lowerCos = byHost("cos");
export const lowerCosh = byHost("cosh");
export const lowerLog = byHost("log");
export const lowerSin = byHost("sin");
export const lowerSinh = byHost("sinh");
export const lowerTan = byHost("tan");

export const lowerIsNaN = byInstruction(({ fn }, f) => {
  const x = fn.local(f);
  fn.tee(x).get(x).op(`${f}.ne`);
}, "bool");

export const lowerIsInf = lowerUnary((_, node) => {
  const positive = intAttribute(node, "detect_positive", 1) !== 0;
  const negative = intAttribute(node, "detect_negative", 1) !== 0;
  return ({ fn }, f) => {
    const x = fn.local(f);
    fn.set(x).const("i32", 0);
    if (positive) fn.get(x).const(f, Number.POSITIVE_INFINITY).op(`${f}.eq`, "i32.or");
    if (negative) fn.get(x).const(f, Number.NEGATIVE_INFINITY).op(`${f}.eq`, "i32.or");
  };
}, "bool");

export const lowerNot: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (input.dtype !== "bool") unsupported(node, `its input is ${input.dtype}`);
  const output = lowering.allocate("bool", input.shape);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) =>
          emitter.store(output, element, () => {
            emitter.load(input, element);
            emitter.fn.op("i32.eqz");
          }),
        ),
      ),
  };
};
