import type { Engine, RowKernel, RunOptions } from "../engines/engine.ts";
import { KernelRun, runKernel } from "../engines/run-kernel.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { FeatureValue, Signature } from "../graph/signature.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Answers, type KernelAnswers, kernelAnswers, tensorAnswers } from "./answers.ts";
import { ColumnEncoder, type ColumnRows, rowsOfColumns } from "./column-encoder.ts";
import type { Explanation, ModelExplainer } from "./explain/model-explainer.ts";
import { floatInput, neededFloats, rawRows } from "./float-input.ts";
import type { PredictionObserver, PredictionTiming } from "./observer.ts";
import type { ParityResult } from "./parity.ts";
import { type Prediction, predictionReader, type ReadPrediction } from "./prediction.ts";
import { type EncoderTarget, RowEncoder, type RowPlace } from "./row-encoder.ts";
import type { RowSource } from "./row-source.ts";
import { emptyTensors, type RowTensor, rowTensors } from "./row-tensors.ts";
import { FeatureTensors } from "./tensors/feature-tensors.ts";
import { nestedInputs } from "./tensors/nested-inputs.ts";
import { Moments, type Turns } from "./turns.ts";

/** A row for the library: values by feature name, or in the features' order. */
export type Row = Readonly<Record<string, FeatureValue>> | readonly FeatureValue[];

/** What a model takes and answers, as `setosa types` writes it. */
export interface ModelTypes {
  readonly row: unknown;
  readonly prediction: unknown;
}

/** Of a model of which nothing is known before it is loaded. */
export interface AnyModel extends ModelTypes {
  readonly row: Row;
  readonly prediction: Prediction;
}

/** Everything about a loaded model that does not change. */
export interface ModelParts {
  readonly name: string;
  readonly version: string;
  readonly signature: Signature;
  readonly graph: Graph;
  readonly engine: Engine;
  /** The file that it was loaded from; undefined when it came as bytes. */
  readonly source: string | undefined;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Time that loading took, from the file to a model that answers as it should. */
  readonly loadMilliseconds: number;
  /** Milliseconds from any start: times predictions for those who observe them. */
  readonly clock: () => number;
  /** Reads the file once more, for explanations; undefined when it came as bytes that nobody keeps. */
  readonly reread?: (() => Promise<Uint8Array>) | undefined;
}

/** What answers rows in the calling thread. */
interface InlineKernel {
  readonly encoder: RowEncoder;
  readonly columns: ColumnEncoder;
  readonly inputs: RowKernel["inputs"];
  readonly answers: KernelAnswers;
  /** The only input, where its columns are the features in their order and floats. */
  readonly floats: Float32Array | Float64Array | undefined;
}

const nobody: readonly PredictionObserver[] = [];

interface InTurns {
  readonly turns: Turns;
  readonly observers: readonly PredictionObserver[];
}

interface TensorRun {
  readonly observers: readonly PredictionObserver[];
  /** Absent where the tensors are no rows of features. */
  readonly rows: RowSource | undefined;
  readonly started: number;
}

interface RanTensors extends Pick<TensorRun, "observers" | "rows"> {
  readonly timing: PredictionTiming;
}

export interface ManyRowsOptions {
  readonly run?: RunOptions | undefined;
  /** Those who heard when the request came: reading its rows may have taken turns of its own. */
  readonly observers?: readonly PredictionObserver[];
}

export interface TensorsOptions extends ManyRowsOptions {
  /** For a large request, in a thread that has others to serve as well. */
  readonly turns?: Turns | undefined;
}

/**
 * A loaded model. Made by `loadModel`.
 * @typeParam Types One of the interface `Models` that `setosa types` writes: a row that does not fit is an error of the type checker
 */
export class Model<Types extends ModelTypes = AnyModel> implements ModelParts {
  readonly name: string;
  readonly version: string;
  readonly signature: Signature;
  readonly graph: Graph;
  readonly engine: Engine;
  readonly source: string | undefined;
  readonly bytes: number;
  readonly loadMilliseconds: number;
  readonly clock: () => number;
  readonly reread: (() => Promise<Uint8Array>) | undefined;
  /** How the parity rows were answered; undefined where the file has none or they were skipped. */
  readonly parity: ParityResult | undefined;
  readonly #kernel: InlineKernel | undefined;
  /** Absent where the model's inputs are no rows of features. */
  readonly #features: FeatureTensors | undefined;
  readonly #readPrediction: ReadPrediction;
  readonly #readTensors: (outputs: readonly Tensor[], rows: number) => Answers;
  #predictedRows = 0;
  /** Undefined where nobody observes, which then costs nothing. */
  #observers: readonly PredictionObserver[] | undefined;
  /** Whether one of them reads times. */
  #timed = false;
  readonly #timing: PredictionTiming = { encode: 0, wait: 0, infer: 0 };
  /** Predictions that an engine will answer later. */
  #underWay = 0;
  #idle: (() => void) | undefined;
  #explainer: Promise<ModelExplainer> | undefined;

  constructor(parts: ModelParts, parity: ParityResult | undefined) {
    this.name = parts.name;
    this.version = parts.version;
    this.signature = parts.signature;
    this.graph = parts.graph;
    this.engine = parts.engine;
    this.source = parts.source;
    this.bytes = parts.bytes;
    this.loadMilliseconds = parts.loadMilliseconds;
    this.clock = parts.clock;
    this.reread = parts.reread;
    this.parity = parity;
    const { kernel } = parts.engine;
    this.#readPrediction = predictionReader(parts.signature);
    this.#readTensors = tensorAnswers(parts.graph, parts.signature);
    this.#features = parts.signature.task.kind === "tensors" ? undefined : new FeatureTensors(parts.graph, parts.signature);
    this.#kernel =
      kernel === undefined || parts.signature.task.kind === "tensors"
        ? undefined
        : {
            encoder: new RowEncoder(parts.signature.features, targetOf(kernel)),
            columns: new ColumnEncoder(parts.signature.features, targetOf(kernel)),
            inputs: kernel.inputs,
            answers: kernelAnswers(kernel, parts.graph, parts.signature),
            floats: floatInput(kernel, parts.signature),
          };
  }

  /**
   * Predicts one row.
   * @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID for a row that does not fit;
   *   ENGINE_ASYNC_ONLY where the model runs on onnxruntime
   */
  predict(row: Types["row"]): Types["prediction"] {
    this.#needKernel("predictAsync(row)");
    return this.#readPrediction(this.answerRow(row) as Answers, 0);
  }

  /** Predicts many rows; errors name the row, as in `[3]["age"]`. */
  predictMany(rows: readonly Types["row"][]): Types["prediction"][] {
    this.#needKernel("predictManyAsync(rows)");
    const answers = this.answerRows(rows) as Answers;
    return rows.map((_, row) => this.#readPrediction(answers, row));
  }

  /** As `predict`, on any engine. */
  async predictAsync(row: Types["row"]): Promise<Types["prediction"]> {
    // A kernel's answers do not outlast the next call, which may come while this one waits.
    if (this.answersInline) return this.predict(row);
    return this.#readPrediction(await this.answerRow(row), 0);
  }

  /** As `predictMany`, on any engine. */
  async predictManyAsync(rows: readonly Types["row"][]): Promise<Types["prediction"][]> {
    if (this.answersInline) return this.predictMany(rows);
    const answers = await this.answerRows(rows);
    return rows.map((_, row) => this.#readPrediction(answers, row));
  }

  /**
   * Predicts rows of numbers without any object in between: `values` holds rows × features, row-major,
   * NaN for missing. Nothing but the length is checked. Only for compiled models whose features are all
   * floats of one input.
   * @returns labels (positions in the classes) and scores, which the next prediction overwrites when one row was given
   * @throws SetosaError ROW_WIDTH_INVALID, ROWS_EMPTY, FEATURE_TYPE_INVALID for another kind of model, ENGINE_ASYNC_ONLY
   */
  predictRaw(values: Float32Array | Float64Array | readonly number[]): Answers {
    const { answers, floats: input } = this.#needKernel("predictManyAsync(rows)");
    const width = this.signature.features.length;
    const floats = neededFloats(this.name, input);
    const rows = rawRows(values.length, width);
    return this.#inBlocks(rows, answers, (from, count) => {
      if (count === rows) floats.set(values);
      // A view: slice would copy what is copied anyway.
      else if ("subarray" in values) floats.set(values.subarray(from * width, (from + count) * width));
      else floats.set(values.slice(from * width, (from + count) * width));
    });
  }

  /**
   * Which features moved the prediction of a row, and how far. The first call reads the model's file once more.
   * @throws SetosaError EXPLANATION_UNSUPPORTED, EXPLANATION_UNAVAILABLE, and what `predict` throws
   */
  async explain(row: Types["row"]): Promise<Explanation> {
    return (await this.explainer()).explain(row as Row);
  }

  /** As `explain`, of many rows; errors name the row. */
  async explainMany(rows: readonly Types["row"][]): Promise<Explanation[]> {
    return (await this.explainer()).explainMany(rows as readonly Row[]);
  }

  /**
   * What explains the model's predictions: made when it is first asked for, and kept.
   * @throws SetosaError EXPLANATION_UNSUPPORTED, EXPLANATION_UNAVAILABLE
   */
  explainer(): Promise<ModelExplainer> {
    if (this.#explainer === undefined) {
      const made = import("./explain/model-explainer.ts").then(({ explainerOf }) => explainerOf(this));
      this.#explainer = made;
      made.catch((error: unknown) => {
        // A file that cannot be read now may be there again.
        if (!(error instanceof SetosaError) || error.code === "EXPLANATION_UNAVAILABLE") this.#explainer = undefined;
      });
    }
    return this.#explainer;
  }

  /** Rows predicted since it was loaded. */
  get predictedRows(): number {
    return this.#predictedRows;
  }

  /** Whether rows are answered at once, in the calling thread. */
  get answersInline(): boolean {
    return this.#kernel !== undefined;
  }

  /**
   * Answers one row of JSON: at once where the engine is a kernel (the next call overwrites the
   * answers), else later.
   * @param path Where the row stands in the request, for errors
   * @param options For an engine that answers later
   */
  answerRow(row: unknown, path = "", options?: RunOptions): Answers | Promise<Answers> {
    const kernel = this.#kernel;
    if (kernel === undefined) return this.#answerLater([row], { path, first: undefined }, options);
    if (this.#observers !== undefined) return this.#answerObserved(kernel, this.#observers, [row], { path, first: undefined });
    kernel.encoder.encode(row, 0, { path, first: undefined });
    this.engine.kernel?.run(1);
    this.#predictedRows++;
    return kernel.answers.one();
  }

  /** The same for a list of rows at `path`. */
  answerRows(rows: readonly unknown[], path = "", options?: RunOptions): Answers | Promise<Answers> {
    const kernel = this.#kernel;
    if (rows.length === 0) throw new SetosaError("ROWS_EMPTY", "The list of rows is empty.", { path, hint: "Send at least one row." });
    if (kernel === undefined) return this.#answerLater(rows, { path, first: 0 }, options);
    if (this.#observers !== undefined) return this.#answerObserved(kernel, this.#observers, rows, { path, first: 0 });
    return this.#inBlocks(rows.length, kernel.answers, (from, count) => {
      const place = { path, first: from };
      for (let index = 0; index < count; index++) kernel.encoder.encode(rows[from + index], index, place);
    });
  }

  /** As `answerRows`, for many rows in a thread that has others to serve as well. */
  async answerManyRows(rows: readonly unknown[], path: string, turns: Turns, options: ManyRowsOptions = {}): Promise<Answers> {
    const kernel = this.#kernel;
    if (rows.length === 0) return this.answerRows(rows, path, options.run);
    const observers = options.observers ?? this.observers;
    if (kernel === undefined) return this.#answerLater(rows, { path, first: 0 }, options.run, observers);
    return this.#counted(this.#inTurns(kernel, rows, path, { turns, observers }));
  }

  /**
   * Answers rows that came as columns, without making rows of them. For an engine that answers later they are run at once: pass some
   * thousand at a time.
   * @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN, and what an engine that answers later rejects with
   */
  answerColumns(rows: ColumnRows, moments: Moments, { run, observers = this.observers }: ManyRowsOptions = {}): Promise<Answers> {
    return this.#told(observers, async () => {
      const kernel = this.#kernel;
      if (kernel === undefined) return this.#columnsLater(rows, observers, run);
      return this.#counted(this.#columnsInline(kernel, rows, moments, observers));
    });
  }

  /** As `answerRows`, without a word to those who observe: for answers that no client gets. */
  answerUnobserved(rows: readonly unknown[]): Answers | Promise<Answers> {
    const observers = this.#observers;
    this.#observers = undefined;
    try {
      // Who observes is looked up before anything is waited for.
      return this.answerRows(rows, "", { priority: "low" });
    } finally {
      this.#observers = observers;
    }
  }

  /**
   * Answers the graph's own inputs with its outputs, each in the graph's order: at once where the engine is a kernel, else later.
   * Rows of features are checked as those of JSON are.
   * @param inputs Of the graph's dtypes: see `arrangeTensors`
   * @param options For an engine that answers later
   * @throws SetosaError TENSOR_INVALID, ROWS_EMPTY, FEATURE_…, CATEGORY_UNKNOWN
   */
  answerGraph(inputs: readonly Tensor[], options?: RunOptions): readonly Tensor[] | Promise<readonly Tensor[]> {
    const observers = this.observers;
    const started = this.clock();
    try {
      const count = this.#features?.check(inputs);
      const rows = count === undefined ? undefined : this.#features?.rows(inputs, count);
      if (this.engine.kernel !== undefined) return this.#tensorsInline(this.engine.kernel, inputs, { observers, rows, started });
      return this.#tensorsLater(inputs, { observers, rows, started }, options);
    } catch (error) {
      for (const observer of observers) observer.failed?.(error);
      throw error;
    }
  }

  /** As `answerGraph`, for many rows in a thread that has others to serve as well. */
  async answerManyInGraph(
    inputs: readonly Tensor[],
    turns: Turns,
    { run, observers = this.observers }: ManyRowsOptions = {},
  ): Promise<readonly Tensor[]> {
    const { kernel } = this.engine;
    return this.#told(observers, async () => {
      const count = this.#features?.count(inputs);
      const rows = count === undefined ? undefined : this.#features?.rows(inputs, count);
      if (kernel !== undefined)
        return this.#counted(this.#tensorsInTurns(kernel, inputs, { observers, rows, started: this.clock() }, turns));
      this.#features?.checkRows(inputs, 0, count ?? 0);
      return this.#tensorsRun(inputs, { observers, rows, started: this.clock() }, run);
    });
  }

  /**
   * Runs a model on nested lists: its inputs by name, or one input alone.
   * @throws SetosaError TENSOR_INVALID and what `answerGraph` throws
   */
  async answerTensors(inputs: unknown, path: string, { turns, ...options }: TensorsOptions = {}): Promise<ReadonlyMap<string, Tensor>> {
    const tensors = nestedInputs(this.graph, inputs, path);
    const outputs = await (turns === undefined ? this.answerGraph(tensors, options.run) : this.answerManyInGraph(tensors, turns, options));
    return new Map(this.graph.outputs.map(({ name }, index) => [name, found(outputs[index])]));
  }

  /** Whether tensors are answered at once, in the calling thread. */
  get answersTensorsInline(): boolean {
    return this.engine.kernel !== undefined;
  }

  /**
   * Lets somebody hear of every prediction of rows from now on.
   * @returns a function that ends it
   */
  observe(observer: PredictionObserver): () => void {
    this.#observedBy([...(this.#observers ?? []), observer]);
    return () => this.#observedBy(this.#observers?.filter((other) => other !== observer) ?? []);
  }

  #observedBy(observers: readonly PredictionObserver[]): void {
    this.#observers = observers.length === 0 ? undefined : observers;
    this.#timed = observers.some(({ untimed }) => untimed !== true);
  }

  /** Who hears of a prediction that begins now. */
  get observers(): readonly PredictionObserver[] {
    return this.#observers ?? nobody;
  }

  /** As `close`, but after everything that is under way has been answered. */
  async retire(): Promise<void> {
    if (this.#underWay > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.close();
  }

  /** Returns what the model's engine holds; nothing can be predicted afterwards. */
  async close(): Promise<void> {
    await this.engine.close();
  }

  async #told<T>(observers: readonly PredictionObserver[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      for (const observer of observers) observer.failed?.(error);
      throw error;
    }
  }

  /** As `#inTurns`. */
  async #columnsInline(
    kernel: InlineKernel,
    rows: ColumnRows,
    moments: Moments,
    observers: readonly PredictionObserver[],
  ): Promise<Answers> {
    const engine = found(this.engine.kernel);
    const answers = kernel.answers.allocate(rows.count);
    const timing: PredictionTiming = { encode: 0, wait: 0, infer: 0 };
    for (let done = 0; done < rows.count; done += engine.capacity) {
      const count = Math.min(engine.capacity, rows.count - done);
      const started = this.clock();
      kernel.columns.encode({ columns: rows.columns, from: rows.from + done, count, first: rows.first + done });
      for (const observer of observers) observer.encoded?.(kernel.inputs, count);
      const encoded = this.clock();
      engine.run(count);
      kernel.answers.copy(answers, done, count);
      this.#predictedRows += count;
      const answered = this.clock();
      timing.encode += encoded - started;
      timing.infer += answered - encoded;
      const pause = moments.pause();
      if (pause === undefined) continue;
      await pause;
      timing.wait += this.clock() - answered;
    }
    for (const observer of observers) observer.answered?.(rowsOfColumns(rows), answers, timing);
    return answers;
  }

  async #columnsLater(rows: ColumnRows, observers: readonly PredictionObserver[], options?: RunOptions): Promise<Answers> {
    const started = this.clock();
    const inputs = emptyTensors(this.graph, this.signature, rows.count);
    new ColumnEncoder(this.signature.features, (name) => found(inputs.find((input) => input.name === name))).encode(rows);
    for (const observer of observers) observer.encoded?.(inputs, rows.count);
    const encoded = this.clock();
    let began = encoded;
    const told = () => {
      began = this.clock();
      options?.began?.();
    };
    const run = this.engine.run(
      inputs.map(({ tensor }) => tensor),
      { ...options, began: told },
    );
    const answers = this.#readTensors(await this.#counted(run), rows.count);
    this.#predictedRows += rows.count;
    const timing = { encode: encoded - started, wait: began - encoded, infer: this.clock() - began };
    for (const observer of observers) observer.answered?.(rowsOfColumns(rows), answers, timing);
    return answers;
  }

  /** Work in several runs that `retire` waits for. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#counted(work());
  }

  #tensorsInline(kernel: RowKernel, inputs: readonly Tensor[], { observers, rows, started }: TensorRun): readonly Tensor[] {
    const encoded = this.clock();
    const inline = this.#kernel;
    if (observers.length === 0 || rows === undefined || inline === undefined) {
      const outputs = runKernel(kernel, inputs);
      this.#ranTensors(inputs, outputs, { observers, rows, timing: { encode: encoded - started, wait: 0, infer: this.clock() - encoded } });
      return outputs;
    }
    const answers = inline.answers.allocate(rows.length);
    const outputs = runKernel(kernel, inputs, {
      written: (count) => {
        for (const observer of observers) observer.encoded?.(kernel.inputs, count);
      },
      ran: (from, count) => inline.answers.copy(answers, from, count),
    });
    this.#predictedRows += rows.length;
    const timing = { encode: encoded - started, wait: 0, infer: this.clock() - encoded };
    for (const observer of observers) observer.answered?.(rows, answers, timing);
    return outputs;
  }

  /** Each block is checked, run and copied before anybody else has a turn: the kernel's memory is shared. */
  async #tensorsInTurns(
    kernel: RowKernel,
    inputs: readonly Tensor[],
    { observers, rows, started }: TensorRun,
    turns: Turns,
  ): Promise<readonly Tensor[]> {
    const run = new KernelRun(kernel, inputs);
    const answers = observers.length === 0 || rows === undefined ? undefined : this.#kernel?.answers.allocate(rows.length);
    const watcher =
      answers === undefined
        ? undefined
        : {
            written: (count: number) => {
              for (const observer of observers) observer.encoded?.(kernel.inputs, count);
            },
            ran: (from: number, count: number) => this.#kernel?.answers.copy(answers, from, count),
          };
    const timing: PredictionTiming = { encode: 0, wait: 0, infer: 0 };
    const moments = new Moments(turns);
    for (let from = 0; from < run.rows; from += kernel.capacity) {
      this.#features?.checkRows(inputs, from, Math.min(run.rows, from + kernel.capacity));
      run.block(from, watcher);
      const pause = moments.pause();
      if (pause === undefined) continue;
      const paused = this.clock();
      await pause;
      timing.wait += this.clock() - paused;
    }
    timing.infer = this.clock() - started - timing.wait;
    if (answers === undefined || rows === undefined) {
      this.#ranTensors(inputs, run.outputs, { observers, rows, timing });
      return run.outputs;
    }
    this.#predictedRows += rows.length;
    for (const observer of observers) observer.answered?.(rows, answers, timing);
    return run.outputs;
  }

  async #tensorsLater(inputs: readonly Tensor[], run: TensorRun, options?: RunOptions): Promise<readonly Tensor[]> {
    return this.#told(run.observers, () => this.#tensorsRun(inputs, run, options));
  }

  async #tensorsRun(inputs: readonly Tensor[], { observers, rows, started }: TensorRun, options?: RunOptions): Promise<readonly Tensor[]> {
    if (rows !== undefined) for (const observer of observers) observer.encoded?.(this.#targets(inputs), rows.length);
    const encoded = this.clock();
    let began = encoded;
    const told = () => {
      began = this.clock();
      options?.began?.();
    };
    const timed = observers.length === 0 ? options : { ...options, began: told };
    const outputs = await this.#counted(this.engine.run(inputs, timed));
    const timing = { encode: encoded - started, wait: began - encoded, infer: this.clock() - began };
    this.#ranTensors(inputs, outputs, { observers, rows, timing });
    return outputs;
  }

  #ranTensors(inputs: readonly Tensor[], outputs: readonly Tensor[], { observers, rows, timing }: RanTensors): void {
    this.#predictedRows += rows?.length ?? 0;
    if (observers.length === 0) return;
    if (rows === undefined) for (const observer of observers) observer.ran?.(inputs, outputs, timing);
    else {
      const answers = this.#readTensors(outputs, rows.length);
      for (const observer of observers) observer.answered?.(rows, answers, timing);
    }
  }

  /** As those who observe read an engine's inputs. */
  #targets(inputs: readonly Tensor[]): EncoderTarget[] {
    return inputs.map(({ data, shape: [rows = 1] }) => ({ data, width: data.length / rows }));
  }

  #inBlocks(rows: number, kernelAnswers: KernelAnswers, encode: (from: number, count: number) => void): Answers {
    const kernel = found(this.engine.kernel);
    if (rows === 1) {
      encode(0, 1);
      kernel.run(1);
      this.#predictedRows++;
      return kernelAnswers.one();
    }
    const answers = kernelAnswers.allocate(rows);
    for (let from = 0; from < rows; from += kernel.capacity) {
      const count = Math.min(kernel.capacity, rows - from);
      encode(from, count);
      kernel.run(count);
      kernelAnswers.copy(answers, from, count);
      this.#predictedRows += count;
    }
    return answers;
  }

  /** Each block is encoded, run and copied before anybody else has a turn: the kernel's memory is shared. */
  async #inTurns(kernel: InlineKernel, rows: readonly unknown[], path: string, { turns, observers }: InTurns): Promise<Answers> {
    const engine = found(this.engine.kernel);
    const { capacity } = engine;
    const answers = kernel.answers.allocate(rows.length);
    const timing: PredictionTiming = { encode: 0, wait: 0, infer: 0 };
    const moments = new Moments(turns);
    try {
      for (let from = 0; from < rows.length; from += capacity) {
        const count = Math.min(capacity, rows.length - from);
        const started = turns.now();
        const place = { path, first: from };
        for (let index = 0; index < count; index++) kernel.encoder.encode(rows[from + index], index, place);
        for (const observer of observers) observer.encoded?.(kernel.inputs, count);
        const encoded = turns.now();
        engine.run(count);
        kernel.answers.copy(answers, from, count);
        this.#predictedRows += count;
        const answered = turns.now();
        timing.encode += encoded - started;
        timing.infer += answered - encoded;
        const pause = moments.pause();
        if (pause === undefined) continue;
        await pause;
        timing.wait += turns.now() - answered;
      }
      for (const observer of observers) observer.answered?.(rows, answers, timing);
      return answers;
    } catch (error) {
      for (const observer of observers) observer.failed?.(error);
      throw error;
    }
  }

  /** As `answerRow` and `answerRows` do it, with the time taken and everything told. */
  #answerObserved(kernel: InlineKernel, observers: readonly PredictionObserver[], rows: readonly unknown[], place: RowPlace): Answers {
    const clock = this.#timed ? this.clock : noClock;
    const started = clock();
    let encode = 0;
    try {
      const answers = this.#inBlocks(rows.length, kernel.answers, (from, count) => {
        const began = clock();
        const block = place.first === undefined ? place : { path: place.path, first: from };
        for (let index = 0; index < count; index++) kernel.encoder.encode(rows[from + index], index, block);
        for (const observer of observers) observer.encoded?.(kernel.inputs, count);
        encode += clock() - began;
      });
      this.#timing.encode = encode;
      this.#timing.infer = clock() - started - encode;
      for (const observer of observers) observer.answered?.(rows, answers, this.#timing);
      return answers;
    } catch (error) {
      for (const observer of observers) observer.failed?.(error);
      throw error;
    }
  }

  /** A run of the engine that `retire` waits for. */
  async #counted<T>(run: Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await run;
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  async #answerLater(rows: readonly unknown[], place: RowPlace, options?: RunOptions, observers = this.observers): Promise<Answers> {
    const started = this.clock();
    try {
      const inputs = this.#encodeTensors(rows, place);
      for (const observer of observers) observer.encoded?.(inputs, rows.length);
      const encoded = this.clock();
      let began = encoded;
      const timed: RunOptions = {
        ...options,
        began: () => {
          began = this.clock();
        },
      };
      const run = this.engine.run(
        inputs.map(({ tensor }) => tensor),
        observers.length === 0 ? options : timed,
      );
      const answers = this.#readTensors(await this.#counted(run), rows.length);
      const timing = { encode: encoded - started, wait: began - encoded, infer: this.clock() - began };
      this.#predictedRows += rows.length;
      for (const observer of observers) observer.answered?.(rows, answers, timing);
      return answers;
    } catch (error) {
      for (const observer of observers) observer.failed?.(error);
      throw error;
    }
  }

  #encodeTensors(rows: readonly unknown[], place: RowPlace): RowTensor[] {
    if (this.signature.task.kind === "tensors")
      throw new SetosaError("BODY_SHAPE_INVALID", `The model "${this.name}" takes tensors, not rows of features.`, {
        hint: 'Send {"inputs": {"name": [[ … ]]}}.',
      });
    return rowTensors(this.graph, this.signature, rows, place);
  }

  #needKernel(instead: string): InlineKernel {
    if (this.#kernel !== undefined) return this.#kernel;
    throw new SetosaError("ENGINE_ASYNC_ONLY", `The model "${this.name}" runs on ${this.engine.kind}, which answers only asynchronously.`, {
      hint: `Use await model.${instead}.`,
    });
  }
}

/** Where nobody reads times. */
const noClock = () => 0;

function targetOf(kernel: RowKernel): (input: string) => EncoderTarget {
  return (input) => found(kernel.inputs.find(({ info }) => info.name === input));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new SetosaError("INTERNAL", "The model's engine does not have the inputs or outputs of its graph.");
  return value;
}
