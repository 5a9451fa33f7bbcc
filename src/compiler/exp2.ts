import type { Local, WasmFunction } from "./wasm/function.ts";

/** 2^f = 1 + f·(…) for |f| <= 1/2, interpolated at Chebyshev points: within 6e-16 of it, and 1 at 0. */
const coefficients = [
  1, 0.6931471805599462, 0.24022650695910075, 0.05550410866465167, 0.009618129107618665, 0.0013333558200794592, 0.00015403530424776529,
  1.5252672924850737e-5, 1.3215451633221434e-6, 1.0205905413765595e-7, 7.070977866508138e-9,
];
/** 1.5 · 2^52: added to a float64 it leaves the nearest integer in the low bits. */
const magic = 6755399441055744;
/** Below this 2^t would be denormal, and is 0. */
const lowest = -1021;

const highest = 1023;

/** What `emitExp2` works in, for each two numbers. */
export interface Exp2Locals {
  /** The exponents, and in the end their powers. */
  readonly t: Local;
  readonly k: Local;
  readonly power: Local;
  readonly isZero: Local;
}

export function exp2Locals(fn: WasmFunction): Exp2Locals {
  return { t: fn.local("v128"), k: fn.local("v128"), power: fn.local("v128"), isZero: fn.local("v128") };
}

/**
 * Replaces two float64 `t` in each of some locals by 2^t, without a call: within 1e-15 of it, 0 where it would be less than
 * 2^-1021 and 2^1023 where it would be more; NaN for NaN. All of them take each step together: their steps overlap, and
 * an engine makes each constant, which is several instructions, once for all.
 */
export function emitExp2(fn: WasmFunction, all: readonly Exp2Locals[]): void {
  const constant = fn.local("v128");
  const splat = (value: number): unknown => fn.const("f64", value).op("f64x2.splat").set(constant);
  splat(lowest);
  for (const { t, isZero } of all) fn.get(t).get(constant).op("f64x2.lt").set(isZero).get(t).get(constant).op("f64x2.pmax").set(t);
  splat(highest);
  for (const { t } of all) fn.get(t).get(constant).op("f64x2.pmin").set(t);
  splat(magic);
  for (const { t, k } of all) fn.get(t).get(t).get(constant).op("f64x2.add").tee(k).get(constant).op("f64x2.sub", "f64x2.sub").set(t);
  splat(coefficients.at(-1) as number);
  for (const { power } of all) fn.get(constant).set(power);
  for (const coefficient of coefficients.slice(0, -1).toReversed()) {
    splat(coefficient);
    for (const { t, power } of all) fn.get(power).get(t).op("f64x2.mul").get(constant).op("f64x2.add").set(power);
  }
  for (const { t, k, power, isZero } of all)
    fn.get(power).get(k).const("i32", 52).op("i64x2.shl", "i64x2.add").get(isZero).op("v128.andnot").set(t);
}

/** The same for two numbers on the stack. */
export function emitExp2Pair(fn: WasmFunction, locals: Exp2Locals): void {
  fn.set(locals.t);
  emitExp2(fn, [locals]);
  fn.get(locals.t);
}
