import { createWriteStream } from "node:fs";
import { constants } from "node:os";
import { SetosaError } from "../errors.ts";
import { readModel } from "../formats/registry.ts";
import type { Answers } from "../models/answers.ts";
import { findModels } from "../models/find-models.ts";
import { defaultMaxBytes, loadModel } from "../models/load-model.ts";
import type { Model } from "../models/model.ts";
import { fileName } from "../models/model-identity.ts";
import { naturalOrder } from "../models/natural-order.ts";
import { readFile } from "../models/read-file.ts";
import { createEncoder } from "../protocols/predict/encode.ts";
import { defaultSettings } from "../scheduling/settings.ts";
import { placeOf, replaced, rowOf } from "../scoring/errors.ts";
import { formatOfName, type OutputFormat } from "../scoring/formats.ts";
import type { Job, SkippedRow } from "../scoring/job.ts";
import { prepare } from "../scoring/prepare.ts";
import { type Scored, score } from "../scoring/score.ts";
import { Scorer } from "../scoring/scorer.ts";
import { ParquetSink, PartsSink } from "../scoring/sinks/answers.ts";
import { fileSink, type Sink, StreamSink } from "../scoring/sinks/output-file.ts";
import { openSource } from "../scoring/source.ts";
import { startTimer } from "../server/serve.ts";
import { availableCores } from "./available-cores.ts";
import type { Command, CommandContext } from "./command.ts";
import { parseOptions } from "./options.ts";
import { type PredictValues, predictOptions } from "./predict-options.ts";
import { readRow } from "./predict-row.ts";
import { count, progressBar } from "./progress.ts";

export const predict: Command = {
  name: "predict",
  summary: "scores a file of rows, or one row, without a server",
  description: "Scores a file of rows, or a row, with a model: the answers that the server would give.",
  usage: "MODEL [FILE|-] [options]   (FILE: CSV, JSON Lines, Parquet or Arrow; - reads standard input)",
  options: predictOptions,
  examples: [
    "setosa predict iris.onnx flowers.csv -o answers.csv",
    "setosa predict iris.onnx flowers.parquet --to jsonl --keep-columns",
    "setosa predict iris.onnx --row 'sepal_length=5.1,sepal_width=3.5,petal_length=1.4,petal_width=0.2'",
    "zcat flowers.csv.gz | setosa predict iris.onnx - --to arrow -o answers.arrow",
    "setosa predict iris.onnx flowers.csv -o answers.csv --on-error skip",
  ],
  run: async (argv, context) => {
    const { values, positionals } = parseOptions(argv, predictOptions, context.environment);
    const [path, file, ...others] = positionals;
    checkArguments(path, file, others, values);
    const workers = values.workers === undefined || values.workers === "auto" ? availableCores() : values.workers;
    const bytes = await readFile(await onlyModel(path ?? ""), defaultMaxBytes);
    const model = await openModel(path ?? "", bytes, values, workers);
    try {
      if (model.signature.task.kind === "tensors")
        throw new SetosaError("ARGUMENT_INVALID", `The model "${model.name}" takes tensors, which are no table.`, {
          path: path ?? "",
          hint: "Serve it: setosa serve answers tensors as JSON.",
        });
      if (file === undefined) return await scoreRows(model, values, context);
      return await scoreFile({ model, bytes, file, values, workers, context });
    } finally {
      await model.close();
    }
  },
};

function checkArguments(path: string | undefined, file: string | undefined, others: readonly string[], values: PredictValues): void {
  if (path === undefined)
    throw new SetosaError("ARGUMENT_INVALID", "predict needs a model.", { hint: "Write setosa predict model.onnx rows.csv." });
  if (others.length > 0)
    throw new SetosaError("ARGUMENT_INVALID", `predict takes one file of rows, and ${JSON.stringify(others[0])} is another.`, {
      hint: "Score one file at a time.",
    });
  if (file === undefined && values.row === undefined)
    throw new SetosaError("ARGUMENT_INVALID", "predict needs rows.", {
      hint: `Write setosa predict ${path} rows.csv, - for standard input, or --row 'feature=1'.`,
    });
  if (file !== undefined && values.row !== undefined)
    throw new SetosaError("ARGUMENT_INVALID", `predict takes a file or --row, and not both.`, {
      path: "--row",
      hint: "Leave one of them out.",
    });
  if (values.json === true && values.output === undefined && values.to !== undefined && values.to !== "json")
    throw new SetosaError("ARGUMENT_INVALID", "--json says what was done, and the answers go to standard output too.", {
      path: "--json",
      hint: "Give the answers a file: -o OUT.",
    });
}

/** A file, or the newest version of the one model in a folder. */
async function onlyModel(path: string): Promise<string> {
  const sources = await findModels(path);
  const names = new Set(sources.map(({ name, path: file }) => name ?? file));
  if (names.size > 1)
    throw new SetosaError("ARGUMENT_INVALID", `The folder ${path} holds ${names.size} models.`, {
      path,
      hint: `Name one of them, such as ${sources[0]?.path}.`,
    });
  return [...sources].sort((a, b) => naturalOrder(a.version ?? "", b.version ?? "")).at(-1)?.path ?? path;
}

/** From its bytes, which threads load too, and with a thread of onnxruntime for each core where it needs that. */
async function openModel(path: string, bytes: Uint8Array, values: PredictValues, workers: number): Promise<Model> {
  const [source] = await findModels(path);
  const settings = { ...defaultSettings, threads: { all: workers, byModel: {} }, batchRows: { all: 1, byModel: {} } };
  const named = source?.name ?? readModel(bytes).signature.name ?? fileName(source?.path ?? path);
  return loadModel(bytes, {
    engine: values.engine ?? "auto",
    parity: values["no-parity"] !== true,
    name: named,
    ...(source?.version === undefined ? {} : { version: source.version }),
    scheduling: { settings, time: { now: () => performance.now(), timer: startTimer } },
  });
}

interface FileRun {
  readonly model: Model;
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly values: PredictValues;
  readonly workers: number;
  readonly context: CommandContext;
}

async function scoreFile({ model, bytes, file, values, workers, context }: FileRun): Promise<number> {
  const source = await openSource(file, values.from, process.stdin);
  const format = outputFormat(values, source.format);
  const interrupted = new AbortController();
  let signal: NodeJS.Signals | undefined;
  const stop = (name: NodeJS.Signals) => {
    signal = name;
    interrupted.abort();
    source.destroy();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  const started = performance.now();
  const bar = progressBar(context, () => performance.now());
  const output = await openOutput(values, context);
  const errors = errorFile(values, context);
  try {
    const settings = {
      output: format,
      onError: values["on-error"] ?? "stop",
      keepColumns: values["keep-columns"] === true,
      extraColumns: values["keep-columns"] === true || values["ignore-columns"] === true ? "ignore" : "refuse",
    } as const;
    const prepared = await prepare(model, source, { header: values["no-header"] !== true, keepColumns: settings.keepColumns });
    const scored = await score({
      model,
      modelBytes: bytes,
      engine: values.engine,
      source,
      prepared,
      settings: { ...settings, input: prepared.input },
      workers,
      sink: output,
      skipped: errors.add,
      progress: ({ rows, share }) => bar.show(rows, share),
      signal: interrupted.signal,
    });
    bar.end();
    await errors.finish();
    await output.finish();
    tell({ scored, seconds: (performance.now() - started) / 1000, errors: errors.path, model, format }, values, context);
    return 0;
  } catch (error) {
    bar.end();
    await output.discard();
    await errors.finish();
    if (signal !== undefined) {
      context.errors.write(`setosa: stopped by ${signal}${values.output === undefined ? "" : `: ${values.output} was not written`}.\n`);
      return 128 + constants.signals[signal];
    }
    // Who read the answers has seen enough: head, less.
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return 128 + constants.signals.SIGPIPE;
    throw error;
  } finally {
    source.destroy();
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, stop);
  }
}

function outputFormat({ to, output, json }: PredictValues, input: OutputFormat): OutputFormat {
  return to ?? (output === undefined ? (json === true ? "json" : undefined) : formatOfName(output)) ?? input;
}

async function openOutput({ output, force }: PredictValues, { output: standard }: CommandContext): Promise<Sink> {
  if (output === undefined) return new StreamSink(standard.stream, { stays: true });
  return fileSink(output, { force: force === true });
}

interface ErrorFile {
  readonly path: string | undefined;
  add(row: SkippedRow): Promise<void>;
  finish(): Promise<void>;
}

/** Made when the first row is skipped; what stands in it stays, also where the run fails later. */
function errorFile({ errors, output }: PredictValues, context: CommandContext): ErrorFile {
  const path = errors ?? (output === undefined ? undefined : `${output}.errors.jsonl`);
  let sink: Sink | undefined;
  return {
    path,
    add: async (row) => {
      const line = `${JSON.stringify(row)}\n`;
      if (path === undefined) {
        context.errors.write(line);
        return;
      }
      sink ??= new StreamSink(createWriteStream(path));
      await sink.write(new TextEncoder().encode(line));
    },
    finish: async () => sink?.finish(),
  };
}

interface Told {
  readonly scored: Scored;
  readonly seconds: number;
  readonly errors: string | undefined;
  readonly model: Model;
  readonly format: OutputFormat;
}

/** Answers on standard output are the result, and nothing else is. */
function tell({ scored, seconds, errors, model, format }: Told, { output, json }: PredictValues, context: CommandContext): void {
  const { rows, skipped, workers } = scored;
  if (json === true && output !== undefined) {
    const report = {
      model: model.name,
      version: model.version,
      rows,
      skipped,
      ...(skipped === 0 || errors === undefined ? {} : { errors }),
      output,
      format,
      seconds: Number(seconds.toFixed(3)),
      workers,
    };
    context.output.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (output === undefined && !context.errors.terminal && skipped === 0) return;
  const where = output === undefined ? "" : ` → ${output}`;
  const left = skipped === 0 ? "" : `, ${count(skipped)} skipped${errors === undefined ? "" : ` (${errors})`}`;
  const rate = count(Math.round(rows / Math.max(seconds, 0.001)));
  context.errors.write(
    `setosa: ${count(rows)} ${rows === 1 ? "row" : "rows"} in ${seconds.toFixed(1)} s (${rate} rows/s)${left}${where}\n`,
  );
}

async function answerRows(model: Model, rows: readonly unknown[]): Promise<Answers> {
  try {
    return await model.answerRows(rows, "");
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    const { row = 0, rest } = rowOf(error);
    throw replaced(error, placeOf(rows.length === 1 ? "--row" : `--row ${row + 1}`, rest));
  }
}

/** Rows of the command line: the server's answer to one, or to a list; or a table of them. */
async function scoreRows(model: Model, values: PredictValues, context: CommandContext): Promise<number> {
  const { signature } = model;
  const rows = (values.row ?? []).map((text) => readRow(text, signature));
  const format = outputFormat(values, "json");
  const sink = await openOutput(values, context);
  const encoder = new TextEncoder();
  try {
    if (format === "json") {
      const answers = await answerRows(model, rows);
      const { one, many } = createEncoder(model.name, model.version, signature);
      const text = rows.length === 1 ? one(answers) : many(answers);
      const pretty = context.output.terminal && values.output === undefined && values.json !== true;
      await sink.write(encoder.encode(pretty ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text));
    } else {
      const settings = { input: { format: "jsonl", path: "" }, output: format, onError: "stop", extraColumns: "refuse" } as const;
      const scorer = new Scorer(model, { ...settings, keepColumns: values["keep-columns"] === true });
      const job: Job = { kind: "text", bytes: encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join("")), line: 1 };
      const answers = format === "parquet" ? new ParquetSink(sink) : new PartsSink(sink);
      await answers.add(await scorer.score(job));
      await answers.finish();
    }
    await sink.finish();
    return 0;
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
