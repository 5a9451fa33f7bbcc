import { floatAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, unsupported } from "../../lowering.ts";
import type { Local } from "../../wasm/function.ts";
import { lowerElements } from "../elementwise/elements.ts";
import { commonDType, lowerOperands } from "../elementwise/operands.ts";
import { lowerUnary } from "../elementwise/unary.ts";

/** Puts a function of `x` on the stack, as a float64. */
type Formula = (emitter: Emitter, x: Local) => void;

/** A function's index, asked for only while code is written: until then imports, which come first, are still added. */
type Index = () => number;

/** A function of each element, computed in float64 and rounded once. `prepare` runs while the node is lowered. */
function activation(
  prepare: (parameter: (name: string, fallback: number) => number, lowering: Lowering, node: LoweringNode) => Formula,
): Lower {
  return lowerUnary((lowering, node) => {
    const formula = prepare((name, fallback) => floatAttribute(node, name, fallback), lowering, node);
    return (emitter, f) => {
      const { fn } = emitter;
      const x = fn.local("f64");
      if (f === "f32") fn.op("f64.promote_f32");
      fn.set(x);
      formula(emitter, x);
      if (f === "f32") fn.op("f32.demote_f64");
    };
  });
}

/** `formula` below 0, else x itself. */
function below0(formula: Formula): Formula {
  return (emitter, x) => {
    const { fn } = emitter;
    fn.get(x).const("f64", 0).op("f64.lt");
    fn.if(
      () => formula(emitter, x),
      () => fn.get(x),
      "f64",
    );
  };
}

/** alpha · (e^(x / scale) - 1). */
function exponential(exp: Index, alpha: number, scale: number): Formula {
  return ({ fn }, x) => {
    fn.get(x).const("f64", scale).op("f64.div").call(exp()).const("f64", 1).op("f64.sub").const("f64", alpha).op("f64.mul");
  };
}

/** max(x, 0) + log(1 + e^-|x|), which does not overflow. */
function softplus(exp: Index, log: number): Formula {
  return ({ fn }, x) => {
    fn.get(x).const("f64", 0).op("f64.max");
    fn.const("f64", 1).get(x).op("f64.abs", "f64.neg").call(exp()).op("f64.add").call(log).op("f64.add");
  };
}

/** slope · x + offset between 0 and 1. */
function ramp(slope: number, offset: number): Formula {
  return ({ fn }, x) => {
    fn.get(x).const("f64", slope).op("f64.mul").const("f64", offset).op("f64.add");
    fn.const("f64", 0).op("f64.max").const("f64", 1).op("f64.min");
  };
}

/** x times the formula. */
function gated(formula: Formula): Formula {
  return (emitter, x) => {
    emitter.fn.get(x);
    formula(emitter, x);
    emitter.fn.op("f64.mul");
  };
}

export const lowerCelu = activation((parameter, { math }) => {
  const alpha = parameter("alpha", 1);
  return below0(exponential(() => math.exp, alpha, alpha));
});
export const lowerElu = activation((parameter, { math }) => below0(exponential(() => math.exp, parameter("alpha", 1), 1)));
export const lowerGelu = activation((_, { math }, node) => {
  const share = stringAttribute(node, "approximate") === "tanh" ? cubicShare(() => math.tanh) : errorShare(() => math.erf);
  return gated((emitter, x) => {
    emitter.fn.const("f64", 0.5).const("f64", 1);
    share(emitter, x);
    emitter.fn.op("f64.add", "f64.mul");
  });
});
export const lowerHardSigmoid = activation((parameter) => ramp(parameter("alpha", Math.fround(0.2)), parameter("beta", 0.5)));
export const lowerHardSwish = activation(() => gated(ramp(1 / 6, 0.5)));
export const lowerLeakyRelu = activation((parameter) => {
  const alpha = parameter("alpha", Math.fround(0.01));
  return below0(({ fn }, x) => {
    fn.get(x).const("f64", alpha).op("f64.mul");
  });
});
export const lowerMish = activation((_, { math }) => {
  const inner = softplus(() => math.exp, math.host("log"));
  return gated((emitter, x) => {
    inner(emitter, x);
    emitter.fn.call(math.tanh);
  });
});
export const lowerSelu = activation((parameter, { math }) => {
  const gamma = parameter("gamma", 1.0507010221481323);
  const scaled = below0(exponential(() => math.exp, parameter("alpha", 1.6732631921768188), 1));
  return (emitter, x) => {
    scaled(emitter, x);
    emitter.fn.const("f64", gamma).op("f64.mul");
  };
});
export const lowerSoftplus = activation((_, { math }) => softplus(() => math.exp, math.host("log")));
export const lowerSoftsign = activation(() => ({ fn }, x) => {
  fn.get(x).const("f64", 1).get(x).op("f64.abs", "f64.add", "f64.div");
});
export const lowerSwish = activation((parameter, { math }) => {
  const alpha = parameter("alpha", 1);
  return gated(({ fn }, x) => {
    fn.get(x).const("f64", alpha).op("f64.mul").call(math.logistic);
  });
});
/** x above the threshold, else 0; also for NaN, as ONNX Runtime does. */
export const lowerThresholdedRelu = activation((parameter) => {
  const alpha = parameter("alpha", 1);
  return ({ fn }, x) => {
    fn.get(x).const("f64", 0).get(x).const("f64", alpha).op("f64.gt", "select");
  };
});

function errorShare(erf: Index): Formula {
  return ({ fn }, x) => {
    fn.get(x).const("f64", Math.SQRT1_2).op("f64.mul").call(erf());
  };
}

function cubicShare(tanh: Index): Formula {
  return ({ fn }, x) => {
    fn.get(x).get(x).op("f64.mul").get(x).op("f64.mul").const("f64", 0.044715).op("f64.mul").get(x).op("f64.add");
    fn.const("f64", Math.sqrt(2 / Math.PI))
      .op("f64.mul")
      .call(tanh());
  };
}

/** Below 0 times a slope, which is broadcast to the input. */
export const lowerPRelu: Lower = (node, lowering) => {
  const operands = lowerOperands(node, lowering);
  const [input] = node.values;
  const dtype = commonDType(node, operands.operands);
  if (dtype !== "float32" && dtype !== "float64") unsupported(node, `its input is ${dtype}`);
  if (input?.kind !== "rows" || input.shape.join() !== operands.shape.join())
    unsupported(node, "its slope has another shape than its input");
  const f = dtype === "float32" ? "f32" : "f64";
  return lowerElements(operands, dtype, lowering, ({ fn }, load) => {
    const x = fn.local(f);
    load(0);
    fn.tee(x).const(f, 0).op(`${f}.lt`);
    fn.if(
      () => {
        fn.get(x);
        load(1);
        fn.op(`${f}.mul`);
      },
      () => fn.get(x),
      f,
    );
  });
};
