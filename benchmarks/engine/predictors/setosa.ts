import type { RowKernel } from "../../../src/engines/engine.ts";
import type { Model } from "../../../src/models/model.ts";
import { RowEncoder } from "../../../src/models/row-encoder.ts";
import type { InProcess } from "./in-process.ts";
import { asRow, type Rows } from "./rows.ts";

type Floats = Float32Array | Float64Array;

/** The library's typed-array form: features in, label and scores out. */
export function rawForm(model: Model, rows: Rows): InProcess | undefined {
  const { numbers, count } = rows;
  if (numbers === undefined) return undefined;
  const all = inDtypeOf(model, numbers);
  const each = split(all, count);
  return {
    one: (calls, from) => {
      let sum = 0;
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1)
        sum += model.predictRaw(each[row] as Floats).scores?.[0] ?? 0;
      return sum;
    },
    many: () => model.predictRaw(all).scores?.[0] ?? 0,
    scores: (row) => model.predictRaw(row === undefined ? all : (each[row] as Floats)).scores ?? [],
  };
}

/** The bare kernel: the values written into its inputs, `run`, the first score read. */
export function kernelForm(model: Model, rows: Rows): InProcess {
  const kernel = model.engine.kernel as RowKernel;
  const { count } = rows;
  const { task } = model.signature;
  const scoresName = task.kind === "tensors" ? undefined : "value" in task ? task.value : task.scores;
  const output = kernel.outputs.find(({ info }) => info.name === scoresName);
  if (output === undefined) throw new Error("The model has no scores.");
  const scores = output.data as Floats;
  const [input] = kernel.inputs;
  if (input === undefined) throw new Error("The model has no input.");
  const read = (row: number | undefined): ArrayLike<number> => {
    if (row === undefined) throw new Error("The bare kernel is measured on one row.");
    return scores.slice(0, output.width);
  };
  if (rows.numbers !== undefined && kernel.inputs.length === 1) {
    const data = input.data as Floats;
    const each = split(inDtypeOf(model, rows.numbers), count);
    return {
      one: (calls, from) => {
        let sum = 0;
        for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1) {
          data.set(each[row] as Floats);
          kernel.run(1);
          sum += scores[0] as number;
        }
        return sum;
      },
      many: undefined,
      scores: (row) => {
        data.set(each[row ?? 0] as Floats);
        kernel.run(1);
        return read(row);
      },
    };
  }
  // Several inputs: what the library writes into them, kept for every row.
  const encoder = new RowEncoder(model.signature.features, (name) => kernel.inputs.find(({ info }) => info.name === name) as never);
  const written = rows.objects.map((object) => {
    encoder.encode(asRow(object), 0, { path: "", first: undefined });
    return kernel.inputs.map(({ data, width }) => Array.from(data as Floats).slice(0, width));
  });
  const inputs = kernel.inputs.map(({ data }) => data as Floats);
  const run = (row: number): void => {
    const values = written[row] as number[][];
    for (let at = 0; at < inputs.length; at++) {
      const [target, source] = [inputs[at] as Floats, values[at] as number[]];
      for (let column = 0; column < source.length; column++) target[column] = source[column] as number;
    }
    kernel.run(1);
  };
  return {
    one: (calls, from) => {
      let sum = 0;
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1) {
        run(row);
        sum += scores[0] as number;
      }
      return sum;
    },
    many: undefined,
    scores: (row) => {
      run(row ?? 0);
      return read(row);
    },
  };
}

/** The library as people call it: an object by feature name in, an object with every probability out. */
export function objectForm(model: Model, rows: Rows): InProcess | undefined {
  const { objects, count } = rows;
  if (objects.length === 0) return undefined;
  const ofObject = (object: Readonly<Record<string, unknown>>): number[] => {
    const { prediction, probabilities, scores } = model.predict(asRow(object));
    const named = probabilities ?? scores;
    return named === undefined ? [prediction as number] : Object.values(named);
  };
  const texts = rows.numbers === undefined;
  return {
    one: (calls, from) => {
      let sum = 0;
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1) {
        const { prediction } = model.predict(asRow(objects[row]));
        sum += typeof prediction === "number" ? prediction : 1;
      }
      return sum;
    },
    // Where some features are texts there is no other form for many rows.
    many: texts ? () => model.predictMany(objects.map(asRow)).length : undefined,
    scores: (row) => (row === undefined ? objects.flatMap(ofObject) : ofObject(objects[row] as Readonly<Record<string, unknown>>)),
  };
}

function inDtypeOf(model: Model, numbers: Float32Array): Floats {
  return model.engine.kernel?.inputs[0]?.data instanceof Float64Array ? Float64Array.from(numbers) : numbers;
}

function split(all: Floats, count: number): Floats[] {
  const width = all.length / count;
  return Array.from({ length: count }, (_, row) => all.slice(row * width, (row + 1) * width));
}
