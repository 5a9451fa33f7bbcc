import type { Feature } from "../../graph/signature.ts";
import type { Bins } from "../../graph/training.ts";
import type { NumericData } from "../../tensor/dtype.ts";
import type { EncoderTarget } from "../row-encoder.ts";
import { padEdges, stored } from "./bin-search.ts";
import { counterAt, type FeatureSpan } from "./layout.ts";
import type { RowSample } from "./sample.ts";

/** A feature that is a number, where its counters are, and the bins of its training rows. */
export interface NumberFeature {
  readonly feature: Feature;
  readonly span: FeatureSpan;
  readonly distribution: Bins | undefined;
}

const { missing, below, above } = counterAt;

/**
 * Counts the numbers of one input: missing, out of range, and in which bin. All features in one loop over flat lists: a call for each
 * would cost several times what it does.
 */
export class NumberCounters {
  /** Which of the inputs it reads. */
  readonly input: number;
  readonly #columns: Int32Array;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  readonly #at: Int32Array;
  /** Of the features with bins. */
  readonly #binnedColumns: Int32Array;
  readonly #binsAt: Int32Array;
  /** Padded edges of all features, one after the other, with the first step of a search in each. */
  readonly #edges: Float64Array;
  readonly #edgesAt: Int32Array;
  readonly #steps: Int32Array;
  #data: NumericData = new Float64Array(0);
  #width = 1;

  constructor(input: number, features: readonly NumberFeature[]) {
    const single = ({ feature }: NumberFeature) => feature.dtype === "float32";
    this.input = input;
    this.#columns = Int32Array.from(features, ({ feature }) => feature.column);
    this.#lows = Float64Array.from(features, (one) => stored(one.feature.min ?? Number.NEGATIVE_INFINITY, single(one)));
    this.#highs = Float64Array.from(features, (one) => stored(one.feature.max ?? Number.POSITIVE_INFINITY, single(one)));
    this.#at = Int32Array.from(features, ({ span }) => span.at);
    const binned = features.flatMap((one) =>
      one.distribution === undefined || one.span.bins.length === 0
        ? []
        : [{ ...one, edges: padEdges(one.distribution.edges, single(one)) }],
    );
    this.#binnedColumns = Int32Array.from(binned, ({ feature }) => feature.column);
    this.#binsAt = Int32Array.from(binned, ({ span }) => span.bins.at);
    this.#steps = Int32Array.from(binned, ({ edges }) => (edges.length + 1) >> 1);
    this.#edges = Float64Array.from(binned.flatMap(({ edges }) => [...edges]));
    let edgesAt = 0;
    this.#edgesAt = Int32Array.from(binned, ({ edges }) => {
      edgesAt += edges.length;
      return edgesAt - edges.length;
    });
  }

  /** Where the values will be from now on. */
  bind({ data, width }: EncoderTarget): void {
    this.#data = data as NumericData;
    this.#width = width;
  }

  /** @param sample The rows whose numbers are put into bins */
  count(counts: Float64Array, rows: number, sample: RowSample): void {
    this.#checkRanges(counts, rows);
    this.#fillBins(counts, rows, sample);
  }

  #checkRanges(counts: Float64Array, rows: number): void {
    const data = this.#data;
    const width = this.#width;
    const columns = this.#columns;
    const lows = this.#lows;
    const highs = this.#highs;
    if (columns.length === 1) {
      // As exporters give each column of a frame an input of its own.
      const low = lows[0] as number;
      const high = highs[0] as number;
      for (let row = 0, place = columns[0] as number; row < rows; row++, place += width) {
        const value = data[place] as number;
        if (!(value >= low && value <= high)) this.#countOdd(counts, 0, value);
      }
      return;
    }
    for (let row = 0, start = 0; row < rows; row++, start += width)
      for (let index = 0; index < columns.length; index++) {
        const value = data[start + (columns[index] as number)] as number;
        if (!(value >= (lows[index] as number) && value <= (highs[index] as number))) this.#countOdd(counts, index, value);
      }
  }

  #countOdd(counts: Float64Array, index: number, value: number): void {
    const which = Number.isNaN(value) ? missing : value < (this.#lows[index] as number) ? below : above;
    (counts[(this.#at[index] as number) + which] as number)++;
  }

  /** The search of `binOf`, in lists that lie one after the other. */
  #fillBins(counts: Float64Array, rows: number, { first, step: every }: RowSample): void {
    const data = this.#data;
    const columns = this.#binnedColumns;
    const edges = this.#edges;
    const edgesAt = this.#edgesAt;
    const steps = this.#steps;
    const binsAt = this.#binsAt;
    for (let row = first, start = first * this.#width; row < rows; row += every, start += every * this.#width)
      for (let index = 0; index < columns.length; index++) {
        const value = data[start + (columns[index] as number)] as number;
        if (Number.isNaN(value)) continue;
        const from = (edgesAt[index] as number) - 1;
        let bin = 0;
        for (let step = steps[index] as number; step > 0; step >>= 1) bin += value > (edges[from + bin + step] as number) ? step : 0;
        (counts[(binsAt[index] as number) + bin] as number) += every;
      }
  }
}
