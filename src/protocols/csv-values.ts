import type { Feature, FeatureValue } from "../graph/signature.ts";
import { valueReader } from "../models/feature-value.ts";

/**
 * From a field to the value of a feature, as JSON would have held it.
 * @param quoted Whether the field stood in quotes
 * @param where Called only on failure
 */
export type ReadField = (text: string, quoted: boolean, where: () => string) => FeatureValue;

/** How the fields of a feature's column are read; throws what the model would say of the value, FEATURE_… and CATEGORY_UNKNOWN. */
export function fieldReader(feature: Feature): ReadField {
  const check = valueReader(feature);
  if (feature.dtype === "string")
    return (text, quoted, where) => {
      const value = text === "" && !quoted ? null : text;
      check(value, where);
      return value;
    };
  const plain = feature.dtype === "float64" && feature.categories === undefined;
  return (text, _, where) => {
    const value = numberOf(text);
    if (plain && typeof value === "number" && value - value === 0) return value;
    check(value, where);
    return value;
  };
}

/** What pandas (3) and NumPy write, and read again, as a number that is missing. */
const missing = /^(nan|[-+]nan|na|n\/a|#n\/a|<na>|null|none)$/i;
const boolean = /^(true|false)$/i;

/** A number as any language prints it; what is none stays text, for the model to refuse. */
function numberOf(text: string): FeatureValue {
  const value = Number(text);
  // Number() also takes "", spaces, hexadecimal, octal and binary digits, and Infinity.
  if (value - value === 0 && (value !== 0 || text === "0" || text === "0.0") && isDecimal(text)) return value;
  const trimmed = text.trim();
  if (trimmed === "" || missing.test(trimmed)) return null;
  if (isDecimal(trimmed)) {
    const number = Number(trimmed);
    if (!Number.isNaN(number)) return number;
  }
  if (boolean.test(trimmed)) return trimmed.length === 4;
  if (/^[-+]?inf(inity)?$/i.test(trimmed)) return trimmed.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text;
}

/** No letter but the exponent's: tells 16 from 0x10. */
function isDecimal(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code >= 0x61 && code <= 0x7a && code !== 0x65) return false;
  }
  return true;
}
