import { type DType, isFloat } from "../../../tensor/dtype.ts";

/** Significant digits that ONNX Runtime prints of a float32 or float64 (C's `%.8g`); the standard asks for no number of them. */
const significant = 8;

/** A number as ONNX Runtime's Cast writes it. */
export function numberText(value: number, dtype: DType): string {
  if (!isFloat(dtype)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  return general(value);
}

/** C's `%g`: an exponent below -4 or from `significant` on, at least two digits of it, no trailing zeros. */
function general(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(significant - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= significant) {
    const sign = power < 0 ? "-" : "+";
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const sign = Object.is(value, -0) ? "-" : "";
  return sign + trimZeros(value.toFixed(Math.max(significant - 1 - power, 0)));
}

function trimZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text stands for, as C's `strtod` reads decimals, infinities and NaN. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (decimal.test(trimmed)) return Number(trimmed);
  switch (trimmed.toLowerCase().replace(/^\+/, "")) {
    case "nan":
    case "-nan":
      return Number.NaN;
    case "inf":
    case "infinity":
      return Number.POSITIVE_INFINITY;
    case "-inf":
    case "-infinity":
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}
