import type { Feature } from "../../graph/signature.ts";
import type { NumericData } from "../../tensor/dtype.ts";
import type { EncoderTarget } from "../row-encoder.ts";
import { stored } from "./bin-search.ts";
import { counterAt, type FeatureSpan } from "./layout.ts";

/** Counts the categories in a feature's column. */
export interface CategoryCounter {
  /** Which of the inputs it reads. */
  readonly input: number;
  /** Where the feature's values will be from now on. */
  bind(target: EncoderTarget): void;
  count(counts: Float64Array, rows: number): void;
}

const { missing, unseen } = counterAt;
/** Where a value is counted that is nothing worth counting. */
const nowhere = -1;

const noNumbers = new Float64Array(0);

/** A number that stands for a category, or a text in an array of texts. */
export class ValueCounter implements CategoryCounter {
  readonly input: number;
  readonly #column: number;
  readonly #places: ReadonlyMap<number | string, number>;
  readonly #other: number;
  #data: ArrayLike<number | string> = noNumbers;
  #width = 1;

  constructor(feature: Feature, input: number, span: FeatureSpan) {
    this.input = input;
    this.#column = feature.column;
    this.#places = categoryPlaces(feature, span);
    this.#other = otherPlace(feature, span);
  }

  bind({ data, width }: EncoderTarget): void {
    this.#data = data;
    this.#width = width;
  }

  count(counts: Float64Array, rows: number): void {
    const data = this.#data;
    const width = this.#width;
    const places = this.#places;
    const other = this.#other;
    for (let row = 0, at = this.#column; row < rows; row++, at += width) {
      const place = places.get(data[at] as number | string) ?? other;
      if (place !== nowhere) (counts[place] as number)++;
    }
  }
}

/** A text of which the engine is given the position in its vocabulary. */
export class VocabularyCounter implements CategoryCounter {
  readonly input: number;
  readonly #column: number;
  readonly #places: ReadonlyMap<number | string, number>;
  readonly #other: number;
  readonly #takesMissing: boolean;
  #positions: NumericData = noNumbers;
  #width = 1;
  #placeOf = new Int32Array(0);
  /** A value that the vocabulary does not hold may be a missing one. */
  #mayBeMissing = false;
  #strangers = 0;

  constructor(feature: Feature, input: number, span: FeatureSpan) {
    this.input = input;
    this.#column = feature.column;
    this.#places = categoryPlaces(feature, span);
    this.#other = otherPlace(feature, span);
    this.#takesMissing = this.#places.get("") === span.at + missing;
  }

  bind({ data, width, vocabulary = new Map<string, number>() }: EncoderTarget): void {
    this.#positions = data as NumericData;
    this.#width = width;
    this.#placeOf = new Int32Array(vocabulary.size).fill(this.#other);
    for (const [text, position] of vocabulary) this.#placeOf[position] = this.#places.get(text) ?? this.#other;
    this.#mayBeMissing = this.#takesMissing && !vocabulary.has("");
  }

  count(counts: Float64Array, rows: number): void {
    const positions = this.#positions;
    const width = this.#width;
    const placeOf = this.#placeOf;
    let strangers = 0;
    for (let row = 0, at = this.#column; row < rows; row++, at += width) {
      const position = positions[at] as number;
      let place = this.#other;
      if (position >= 0) place = placeOf[position] as number;
      else strangers++;
      if (place !== nowhere) (counts[place] as number)++;
    }
    if (this.#mayBeMissing) this.#strangers += strangers;
  }

  /** How many values were counted as unseen of which some may be missing, since the last call. */
  strangers(): number {
    const found = this.#strangers;
    this.#strangers = 0;
    return found;
  }
}

/** Where each known value of a feature is counted; as numbers where the input is one. */
function categoryPlaces({ categories, dtype, missing: takesMissing }: Feature, { at, bins }: FeatureSpan): Map<number | string, number> {
  const places = new Map<number | string, number>();
  if (dtype !== "string") places.set(Number.NaN, at + missing);
  else if (takesMissing) places.set("", at + missing);
  // Of more categories than are counted one by one, none is unseen.
  categories?.forEach((category, index) => {
    const key = dtype === "string" ? String(category) : stored(Number(category), dtype === "float32");
    places.set(key, index < bins.length ? bins.at + index : nowhere);
  });
  return places;
}

function otherPlace({ categories }: Feature, { at }: FeatureSpan): number {
  return categories === undefined ? nowhere : at + unseen;
}
