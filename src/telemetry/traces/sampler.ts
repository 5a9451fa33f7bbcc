import type { TraceContext } from "./trace-context.ts";
import { sampledFlag } from "./trace-context.ts";

/** The standard names of `OTEL_TRACES_SAMPLER`. */
export const samplerNames = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
export type SamplerName = (typeof samplerNames)[number];

export interface SamplerSettings {
  readonly name: SamplerName;
  /** From 0 to 1: of traces, for the samplers by ratio. */
  readonly ratio: number;
}

/** The last 56 bits of a trace id are its random part (W3C Trace Context, level 2). */
const randomDigits = 14;

/**
 * Whether a request is traced. By ratio, the random part of the trace id decides, so that services that ask the same question
 * of the same trace agree: its share of the largest number must not be below 1 - ratio.
 */
export class Sampler {
  readonly #parentBased: boolean;
  readonly #ratio: number;

  constructor({ name, ratio }: SamplerSettings) {
    this.#parentBased = name.startsWith("parentbased_");
    this.#ratio = name.endsWith("always_on") ? 1 : name.endsWith("always_off") ? 0 : ratio;
  }

  /** Of a request that came with a trace. */
  continues({ traceId, flags }: TraceContext): boolean {
    if (this.#parentBased) return (flags & sampledFlag) !== 0;
    // The last bits, which a number does not hold, are left out: rounded up, they would reach 1.
    return this.begins(Number(BigInt(`0x${traceId.slice(-randomDigits)}`) >> 3n) / 2 ** 53);
  }

  /**
   * Of a request that begins a trace.
   * @param part The random part of the id that it would get, as a share from 0 to 1
   */
  begins(part: number): boolean {
    return part >= 1 - this.#ratio;
  }
}

/** A trace id whose random part is this share. */
export function traceIdOf(part: number, random: () => number): string {
  // 53 bits are what a number holds: the last bits come from elsewhere.
  const high = Math.floor(part * 2 ** 53);
  const low = (BigInt(high) << 3n) | BigInt(Math.floor(random() * 8));
  return `${hexadecimal(random, 18)}${low.toString(16).padStart(randomDigits, "0")}`;
}

/** Random digits, not all of them 0. */
export function hexadecimal(random: () => number, digits: number): string {
  let text = "";
  while (text.length < digits)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const cut = text.slice(0, digits);
  return /^0+$/.test(cut) ? `${"0".repeat(digits - 1)}1` : cut;
}
