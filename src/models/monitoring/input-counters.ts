import type { Feature } from "../../graph/signature.ts";
import type { Bins } from "../../graph/training.ts";
import type { NumericData } from "../../tensor/dtype.ts";
import type { EncoderTarget } from "../row-encoder.ts";
import { binOf, type PaddedEdges, padEdges, stored } from "./bin-search.ts";
import { counterAt, type FeatureSpan } from "./layout.ts";
import type { RowSample } from "./sample.ts";

/** Counts what a feature's column holds. */
export interface InputCounter {
  /** Which of the inputs it reads. */
  readonly input: number;
  /** Where the feature's values will be from now on. */
  bind(target: EncoderTarget): void;
  /** @param sample The rows whose numbers are put into bins */
  count(counts: Float64Array, rows: number, sample: RowSample): void;
}

const { missing, below, above, unseen } = counterAt;
/** Where a value is counted that is nothing worth counting. */
const nowhere = -1;

const noNumbers = new Float64Array(0);

/** A number: missing, out of range, and in which bin. */
export class NumberCounter implements InputCounter {
  readonly input: number;
  readonly #column: number;
  readonly #at: number;
  readonly #binsAt: number;
  readonly #low: number;
  readonly #high: number;
  readonly #edges: PaddedEdges | undefined;
  #data: NumericData = noNumbers;
  #width = 1;

  constructor(feature: Feature, input: number, { at, bins }: FeatureSpan, distribution: Bins | undefined) {
    const single = feature.dtype === "float32";
    this.input = input;
    this.#column = feature.column;
    this.#at = at;
    this.#binsAt = bins.at;
    this.#low = stored(feature.min ?? Number.NEGATIVE_INFINITY, single);
    this.#high = stored(feature.max ?? Number.POSITIVE_INFINITY, single);
    this.#edges = distribution === undefined || bins.length === 0 ? undefined : padEdges(distribution.edges, single);
  }

  bind({ data, width }: EncoderTarget): void {
    this.#data = data as NumericData;
    this.#width = width;
  }

  count(counts: Float64Array, rows: number, { first, step }: RowSample): void {
    const data = this.#data;
    const width = this.#width;
    const at = this.#at;
    const low = this.#low;
    const high = this.#high;
    for (let row = 0, place = this.#column; row < rows; row++, place += width) {
      const value = data[place] as number;
      if (value >= low && value <= high) continue;
      (counts[at + (Number.isNaN(value) ? missing : value < low ? below : above)] as number)++;
    }
    const edges = this.#edges;
    if (edges === undefined) return;
    const binsAt = this.#binsAt;
    for (let row = first, place = first * width + this.#column; row < rows; row += step, place += step * width) {
      const value = data[place] as number;
      if (!Number.isNaN(value)) (counts[binsAt + binOf(edges, value)] as number) += step;
    }
  }
}

/** A number that stands for a category, or a text in an array of texts. */
export class CategoryCounter implements InputCounter {
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
export class VocabularyCounter implements InputCounter {
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
