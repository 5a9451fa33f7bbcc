import type { ModelDescription } from "../../../src/models/describe.ts";

export type FeatureInfo = ModelDescription["features"][number];
export type RowValue = number | string | boolean | null;
export type RowObject = Readonly<Record<string, RowValue>>;

/** What a feature's field holds: the text as it was typed, so that nothing jumps while somebody types. */
export interface FieldState {
  readonly text: string;
  /** Whether it is sent as a missing value, whatever the text. */
  readonly missing: boolean;
}

/** All fields, in the order of the features. */
export type FormState = readonly FieldState[];

/** A field's value, or why it has none. */
export type Reading = { readonly value: RowValue; readonly problem?: undefined } | { readonly problem: string };

export type FieldKind = "number" | "choice" | "text";

export function fieldKind({ dtype, categories }: FeatureInfo): FieldKind {
  if (categories !== undefined || dtype === "bool") return "choice";
  return dtype === "string" ? "text" : "number";
}

/** What a select offers: the categories of training, in their order. */
export function choices({ dtype, categories }: FeatureInfo): readonly (string | number | boolean)[] {
  return categories ?? (dtype === "bool" ? [false, true] : []);
}

/** Whether a category that training did not have may be typed: the model predicts for it as the framework would. */
export function takesOthers({ dtype, categories, unknown }: FeatureInfo): boolean {
  return categories !== undefined && unknown === "ignore" && dtype !== "bool";
}

/** A number as JSON writes it, and nothing else: what is typed is what is sent. */
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What a field's text is as a value of its feature. */
export function readField(feature: FeatureInfo, { text, missing }: FieldState): Reading {
  if (missing && feature.missing) return { value: null };
  switch (fieldKind(feature)) {
    case "text":
      return { value: text };
    case "choice": {
      const known = choices(feature).find((choice) => String(choice) === text);
      if (known !== undefined) return { value: known };
      if (!takesOthers(feature)) return { problem: "Choose one of the list." };
      return feature.dtype === "string" ? { value: text } : readNumber(feature, text);
    }
    case "number":
      return readNumber(feature, text);
  }
}

function readNumber({ dtype, missing }: FeatureInfo, text: string): Reading {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return { problem: missing ? "Type a number, or mark it as missing." : "Type a number." };
  const value = numberText.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!Number.isFinite(value)) return { problem: "This is not a number." };
  if (dtype === "int64" && !Number.isSafeInteger(value)) return { problem: "This has to be a whole number." };
  return { value };
}

/** Whether a value lies outside of what the model was trained on: it predicts all the same. */
export function isOutside({ min, max }: FeatureInfo, value: RowValue): boolean {
  return typeof value === "number" && ((min !== undefined && value < min) || (max !== undefined && value > max));
}

/** The row that a form stands for; the first field without a value where one has none. */
export function readForm(
  features: readonly FeatureInfo[],
  form: FormState,
): { readonly row: RowObject; readonly broken?: undefined } | { readonly broken: FeatureInfo } {
  const row: Record<string, RowValue> = {};
  for (const [index, feature] of features.entries()) {
    const reading = readField(feature, form[index] ?? { text: "", missing: false });
    if (reading.problem !== undefined) return { broken: feature };
    // A feature called __proto__ is a key like any other.
    Object.defineProperty(row, feature.name, { value: reading.value, enumerable: true, configurable: true, writable: true });
  }
  return { row };
}

/** The model's example row; where it has none, the middle of each range and the first of each list. */
export function startForm(features: readonly FeatureInfo[], example: Readonly<Record<string, RowValue>> | undefined): FormState {
  return features.map((feature) => {
    const value = example === undefined ? undefined : example[feature.name];
    if (value === null && feature.missing) return { text: usualText(feature), missing: true };
    return { text: value === undefined || value === null ? usualText(feature) : String(value), missing: false };
  });
}

function usualText(feature: FeatureInfo): string {
  const kind = fieldKind(feature);
  if (kind === "text") return "";
  if (kind === "choice") return String(choices(feature)[0] ?? "");
  const slider = sliderOf(feature);
  return slider === undefined ? "0" : slider.format((slider.min + slider.max) / 2);
}

/** A range that is worth sliding over, and how what is slid to is written. */
export interface Slider {
  readonly min: number;
  readonly max: number;
  /** A power of ten: the range has 100 to 1,000 of them. */
  readonly step: number;
  /** A position rounded to the step, within the range. */
  format(position: number): string;
}

/** Undefined where the model file does not say in which range its training was, or that is a single value. */
export function sliderOf({ dtype, min, max }: FeatureInfo): Slider | undefined {
  if (min === undefined || max === undefined || !(max > min) || !Number.isFinite(max - min)) return undefined;
  const exponent = Math.max(Math.floor(Math.log10((max - min) / 100)), dtype === "int64" ? 0 : -300);
  const step = 10 ** exponent;
  const digits = Math.min(Math.max(-exponent, 0), 100);
  const format = (position: number): string => {
    // The range's ends are numbers of the training rows, and no multiples of the step.
    if (position <= min) return String(min);
    if (position >= max) return String(max);
    const rounded = Math.min(Math.max(Math.round(position / step) * step, min), max);
    return String(rounded === min || rounded === max ? rounded : Number(rounded.toFixed(digits)));
  };
  return { min, max, step, format };
}
