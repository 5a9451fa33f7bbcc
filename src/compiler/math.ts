import { type HostFunction, hostMath } from "./host-math.ts";
import { WasmFunction } from "./wasm/function.ts";
import type { WasmModule } from "./wasm/module.ts";

/**
 * Elementary functions of float64 as WebAssembly functions, added to a module when first used. Their
 * own code, not the host's Math: the same bits in every engine, and no call out of the kernel.
 */
export class MathFunctions {
  readonly #module: WasmModule;
  readonly #indices = new Map<string, number>();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  /** e^x, within 1 unit in the last place; 0 and Infinity beyond the range, NaN for NaN. */
  get exp(): number {
    return this.#once("exp", exponential);
  }

  /** 1 / (1 + e^-x). */
  get logistic(): number {
    return this.#once("logistic", () => logistic(this.exp));
  }

  /** Hyperbolic tangent, to a few units in the last place. */
  get tanh(): number {
    return this.#once("tanh", () => hyperbolicTangent(this.exp));
  }

  /** The error function, to a few units in the last place. */
  get erf(): number {
    return this.#once("erf", () => errorFunction(this.exp));
  }

  /** A function of the host. First while nodes are lowered, not while their code is written: imports come first. */
  host(name: HostFunction): number {
    return this.#module.import(name, hostMath[name].length);
  }

  #once(name: string, make: () => WasmFunction): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.#module.add(make());
    this.#indices.set(name, index);
    return index;
  }
}

const log2e = Math.LOG2E;
// ln 2 in two parts: k times the first is exact for |k| < 2^20 (its low 21 bits are zero).
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const overflow = 709.782712893384;
const underflow = -745.1332191019412;
/** Terms of the Taylor series: |r| <= ln(2)/2 makes the first one left out smaller than 2^-57. */
const terms = 13;

/** x = k·ln 2 + r with |r| <= ln(2)/2; e^x = 2^k · e^r, and 2^k in two factors so that denormals come out. */
function exponential(): WasmFunction {
  const fn = new WasmFunction(["f64"], ["f64"]);
  const x = fn.parameter(0);
  const k = fn.local("f64");
  const r = fn.local("f64");
  const power = fn.local("i64");
  // Out of range the clamped x still overflows to Infinity or rounds to 0; min and max keep NaN.
  fn.get(x)
    .const("f64", overflow + 1)
    .op("f64.min")
    .const("f64", underflow - 1)
    .op("f64.max")
    .set(x);
  fn.get(x).const("f64", log2e).op("f64.mul", "f64.nearest").set(k);
  fn.get(x).get(k).const("f64", ln2High).op("f64.mul", "f64.sub");
  fn.get(k).const("f64", ln2Low).op("f64.mul", "f64.sub").set(r);
  fn.const("f64", 1 / factorial(terms));
  for (let term = terms - 1; term >= 0; term--)
    fn.get(r)
      .op("f64.mul")
      .const("f64", 1 / factorial(term))
      .op("f64.add");
  fn.get(k).const("f64", 0.5).op("f64.mul", "f64.trunc", "i64.trunc_sat_f64_s").set(power);
  powerOfTwo(fn, () => fn.get(power));
  fn.op("f64.mul");
  powerOfTwo(fn, () => fn.get(k).op("i64.trunc_sat_f64_s").get(power).op("i64.sub"));
  fn.op("f64.mul");
  return fn;
}

function powerOfTwo(fn: WasmFunction, exponent: () => void): void {
  exponent();
  fn.constI64(1023n).op("i64.add").constI64(52n).op("i64.shl", "f64.reinterpret_i64");
}

function factorial(n: number): number {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return product;
}

function logistic(exp: number): WasmFunction {
  const fn = new WasmFunction(["f64"], ["f64"]);
  fn.const("f64", 1).const("f64", 1).get(fn.parameter(0)).op("f64.neg").call(exp).op("f64.add", "f64.div");
  return fn;
}

/** (1 - e^-2x) / (1 + e^-2x); near 0, where that cancels, the Taylor series. */
function hyperbolicTangent(exp: number): WasmFunction {
  const fn = new WasmFunction(["f64"], ["f64"]);
  const x = fn.parameter(0);
  const square = fn.local("f64");
  const decay = fn.local("f64");
  fn.get(x).op("f64.abs").const("f64", 0.05).op("f64.lt");
  fn.if(
    () => {
      const series = [-1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925];
      fn.get(x).get(x).op("f64.mul").set(square).const("f64", 0);
      for (const coefficient of series.toReversed()) fn.const("f64", coefficient).op("f64.add").get(square).op("f64.mul");
      fn.const("f64", 1).op("f64.add").get(x).op("f64.mul");
    },
    () => {
      fn.get(x).const("f64", -2).op("f64.mul").call(exp).set(decay);
      // Beyond ±20 the quotient is ±1 to the last bit, and e^-2x may have overflowed.
      fn.get(x).const("f64", 20).op("f64.gt");
      fn.if(
        () => fn.const("f64", 1),
        () => {
          fn.get(x).const("f64", -20).op("f64.lt");
          fn.if(
            () => fn.const("f64", -1),
            () => fn.const("f64", 1).get(decay).op("f64.sub").const("f64", 1).get(decay).op("f64.add", "f64.div"),
            "f64",
          );
        },
        "f64",
      );
    },
    "f64",
  );
  return fn;
}

/**
 * 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)): every term has the sign of x, so nothing cancels. The sum
 * ends when a term no longer changes it; at |x| = 6 the function is ±1 in float64.
 */
function errorFunction(exp: number): WasmFunction {
  const fn = new WasmFunction(["f64"], ["f64"]);
  const x = fn.parameter(0);
  const term = fn.local("f64");
  const sum = fn.local("f64");
  const odd = fn.local("f64");
  const before = fn.local("f64");
  fn.get(x).op("f64.abs").const("f64", 6).op("f64.ge");
  fn.if(() => fn.const("f64", 1).get(x).op("f64.copysign", "return"));
  fn.get(x).tee(term).set(sum).const("f64", 1).set(odd);
  fn.loop(() => {
    fn.get(odd).const("f64", 2).op("f64.add").set(odd);
    fn.get(term).get(x).op("f64.mul").get(x).op("f64.mul").const("f64", 2).op("f64.mul").get(odd).op("f64.div").set(term);
    // Not "is unequal", which would be true of NaN for ever.
    fn.get(sum).tee(before).get(term).op("f64.add").tee(sum).op("f64.abs").get(before).op("f64.abs", "f64.gt").brIf(0);
  });
  fn.const("f64", 2 / Math.sqrt(Math.PI))
    .get(x)
    .get(x)
    .op("f64.mul", "f64.neg")
    .call(exp)
    .op("f64.mul")
    .get(sum)
    .op("f64.mul");
  return fn;
}
