import type { Answers } from "../../models/answers.ts";
import type { Model } from "../../models/model.ts";
import { predictionReader, type ReadPrediction } from "../../models/prediction.ts";
import type { RowSource } from "../../models/row-source.ts";
import type { CaptureBuffer } from "../../telemetry/capture/capture-buffer.ts";
import { type CapturedTensor, captureLine, captureTensorsLine } from "../../telemetry/capture/capture-line.ts";
import { type Redact, redaction } from "../../telemetry/capture/redaction.ts";
import type { ShareSampler } from "../../telemetry/capture/sampler.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface PayloadCaptureOptions {
  readonly sampler: ShareSampler;
  readonly buffer: CaptureBuffer;
  /** Names of features whose values are taken out. */
  readonly redact: ReadonlySet<string>;
  /** The time, as RFC 3339 has it. */
  readonly timestamp: () => string;
}

/** Rows of one request that are kept: more would hold up the requests behind it. */
const mostRows = 1000;

/** Elements of a tensor that are kept: those of an image would be megabytes of text. */
const mostElements = 10_000;

interface ModelForm {
  readonly read: ReadPrediction;
  readonly redact: Redact;
  readonly redacted: readonly string[];
}

/** Writes down what some requests asked and what they were answered. */
export class PayloadCapture {
  readonly #options: PayloadCaptureOptions;
  readonly #forms = new WeakMap<Model, ModelForm>();

  constructor(options: PayloadCaptureOptions) {
    this.#options = options;
  }

  /** Whether it is this request's turn. */
  next(): boolean {
    return this.#options.sampler.next();
  }

  take(model: Model, requestId: string, rows: RowSource, answers: Answers): void {
    const { buffer, timestamp } = this.#options;
    if (!buffer.hasRoom) {
      buffer.drop();
      return;
    }
    const { read, redact, redacted } = this.#formOf(model);
    const some = Array.from({ length: Math.min(rows.length, mostRows) }, (_, row) => rows.at(row));
    buffer.add(
      captureLine({
        time: timestamp(),
        requestId,
        model: model.name,
        version: model.version,
        redacted,
        rows: some.map(redact),
        total: some.length < rows.length ? rows.length : undefined,
        // Answers are overwritten by the next prediction: they are read now.
        answers: some.map((_, row) => read(answers, row)),
      }),
    );
  }

  /** Of a model of tensors. */
  takeTensors(model: Model, requestId: string, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const { buffer, timestamp, redact } = this.#options;
    if (!buffer.hasRoom) {
      buffer.drop();
      return;
    }
    const named = (infos: Model["graph"]["inputs"], tensors: readonly Tensor[]) =>
      Object.fromEntries(infos.map(({ name }, index) => [name, captured(tensors[index] as Tensor, redact.has(name))]));
    buffer.add(
      captureTensorsLine({
        time: timestamp(),
        requestId,
        model: model.name,
        version: model.version,
        inputs: named(model.graph.inputs, inputs),
        outputs: named(model.graph.outputs, outputs),
      }),
    );
  }

  #formOf(model: Model): ModelForm {
    const known = this.#forms.get(model);
    if (known !== undefined) return known;
    const { signature } = model;
    const names = signature.features.map(({ name }) => name);
    const form = { read: predictionReader(signature), ...redaction(names, this.#options.redact) };
    this.#forms.set(model, form);
    return form;
  }
}

function captured({ dtype, shape, data }: Tensor, isRedacted: boolean): CapturedTensor {
  if (isRedacted || data.length > mostElements) return { dtype, shape };
  // JSON has no NaN and no infinity, and writes null.
  return { dtype, shape, data: Array.from(data as ArrayLike<unknown>) };
}
