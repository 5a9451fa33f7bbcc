import { choices, type FeatureInfo, fieldKind, type RowObject, type RowValue } from "../../form/fields.ts";

/** Points of a curve: enough to see each step of a forest on a wide screen. */
const points = 121;

/** The values that one feature takes, with the others as they are. */
export interface Sweep {
  readonly feature: FeatureInfo;
  /** Numbers in ascending order, or categories. */
  readonly kind: "numbers" | "choices";
  readonly values: readonly RowValue[];
  /** Whether behind them the feature is missing. */
  readonly missing: boolean;
}

/** Undefined for a feature whose values cannot be listed: a text. */
export function sweepOf(feature: FeatureInfo, current: RowValue): Sweep | undefined {
  const { missing } = feature;
  switch (fieldKind(feature)) {
    case "text":
      return undefined;
    case "choice": {
      const known = choices(feature);
      const other = current === null || known.some((value) => value === current) ? [] : [current];
      return { feature, kind: "choices", values: [...known, ...other], missing };
    }
    case "number":
      return { feature, kind: "numbers", values: numbers(feature, current), missing };
  }
}

/** The range of training, and as far as the current value is; around it where there is no range. */
function numbers({ min, max, dtype }: FeatureInfo, current: RowValue): number[] {
  const value = typeof current === "number" ? current : ((min ?? 0) + (max ?? 0)) / 2;
  const around = Math.max(Math.abs(value), 1);
  const from = Math.min(min ?? value - around, value);
  const to = Math.max(max ?? value + around, value);
  if (dtype === "int64") {
    const step = Math.max(1, Math.ceil((to - from) / (points - 1)));
    const wholes = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
    return wholes.at(-1) === to ? wholes : [...wholes, to];
  }
  return Array.from({ length: points }, (_, index) => (index === points - 1 ? to : from + ((to - from) * index) / (points - 1)));
}

/** A row for each value, and one where it is missing. */
export function sweepRows({ feature, values, missing }: Sweep, row: RowObject): RowObject[] {
  return [...values, ...(missing ? [null] : [])].map((value) => ({ ...row, [feature.name]: value }));
}
