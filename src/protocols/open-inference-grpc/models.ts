import type { Model } from "../../models/model.ts";
import { naturalOrder } from "../../models/natural-order.ts";
import type { Totals, VersionStatistics } from "../../models/statistics-totals.ts";
import { checkAllowed } from "../allowed-model.ts";
import type { ProtocolContext } from "../context.ts";
import type { HttpRequest, Route } from "../exchange.ts";
import { modelStatistics } from "../model-statistics.ts";
import { modelConfig, modelMetadata, type TensorMetadata } from "../open-inference-metadata.ts";
import { readModelQuery } from "./decode.ts";
import { method, reply } from "./method.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { methodPath } from "./services.ts";

/** What there is to know of models. */
export function modelMethods(context: ProtocolContext): Route[] {
  const { models, limits } = context;
  /** @throws SetosaError PERMISSION_DENIED, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
  const asked = (message: Uint8Array, request: HttpRequest): Model => {
    const { name, version } = readModelQuery(message);
    checkAllowed(request, name);
    return models.library.get(name, version);
  };
  return [
    method(methodPath("ModelReady"), "Whether a model answers.", (message, request) => {
      const { name, version } = readModelQuery(message);
      checkAllowed(request, name);
      // A model that is not there is not ready, as Triton has it: its clients ask before they load one.
      const ready = models.library.list.some((model) => model.name === name && (version === undefined || model.version === version));
      return reply(new ProtoWriter().bool(1, ready).finish());
    }),
    method(methodPath("ModelMetadata"), "A model's inputs and outputs.", (message, request) => {
      const model = asked(message, request);
      const versions = models.library.versions(model.name).map(({ version }) => version);
      return reply(writeMetadata(model, [...versions].sort(naturalOrder)));
    }),
    method(methodPath("ModelConfig"), "A model's configuration, in Triton's form.", (message, request) =>
      reply(new ProtoWriter().message(1, (writer) => writeConfig(writer, asked(message, request), limits.rows)).finish()),
    ),
    method(methodPath("ModelStatistics"), "What was asked of models.", async (message, request) => {
      const { name, version } = readModelQuery(message);
      if (name !== "") checkAllowed(request, name);
      const shown =
        name === ""
          ? models.library.list.filter((model) => request.allowedModels?.has(model.name) ?? true)
          : version === undefined
            ? models.library.versions(models.library.get(name).name)
            : [models.library.get(name, version)];
      const writer = new ProtoWriter();
      for (const statistics of await modelStatistics(shown, context)) writer.message(1, (inner) => writeStatistics(inner, statistics));
      return reply(writer.finish());
    }),
  ];
}

function writeMetadata(model: Model, versions: readonly string[]): Uint8Array {
  const metadata = modelMetadata(model, versions);
  const writer = new ProtoWriter().text(1, metadata.name).texts(2, versions).text(3, metadata.platform);
  const tensors = (field: number, list: readonly TensorMetadata[]): void => {
    for (const { name, datatype, shape } of list)
      writer.message(field, (inner) => inner.text(1, name).text(2, datatype).integers(3, shape));
  };
  tensors(4, metadata.inputs);
  tensors(5, metadata.outputs);
  return writer.finish();
}

/** Triton's `DataType`. */
const dataTypes: Readonly<Record<string, number>> = {
  TYPE_BOOL: 1,
  TYPE_UINT8: 2,
  TYPE_UINT16: 3,
  TYPE_UINT32: 4,
  TYPE_UINT64: 5,
  TYPE_INT8: 6,
  TYPE_INT16: 7,
  TYPE_INT32: 8,
  TYPE_INT64: 9,
  TYPE_FP16: 10,
  TYPE_FP32: 11,
  TYPE_FP64: 12,
  TYPE_STRING: 13,
  TYPE_BF16: 14,
};

function writeConfig(writer: ProtoWriter, model: Model, rows: number): void {
  const config = modelConfig(model, rows);
  writer.text(1, config.name).text(2, config.platform).integer(4, config.max_batch_size);
  for (const { name, data_type, dims } of config.input)
    writer.message(5, (inner) =>
      inner
        .text(1, name)
        .integer(2, dataTypes[data_type] ?? 0)
        .integers(4, dims),
    );
  for (const { name, data_type, dims } of config.output)
    writer.message(6, (inner) =>
      inner
        .text(1, name)
        .integer(2, dataTypes[data_type] ?? 0)
        .integers(3, dims),
    );
  writer.text(17, config.backend);
}

function writeStatistics(writer: ProtoWriter, statistics: VersionStatistics): void {
  const { name, version, inferences, executions, last, success, fail, queue, input, infer, output, batches } = statistics;
  writer.text(1, name).text(2, version).integer(3, last).integer(4, inferences).integer(5, executions);
  writer.message(6, (inner) => writeTotals(inner, 1, [success, fail, queue, input, infer, output]));
  for (const { rows, infer: ran } of batches) {
    // Putting tensors together and taking them apart is part of the run.
    const around = { count: ran.count, ns: 0 };
    writer.message(7, (inner) => writeTotals(inner.integer(1, rows), 2, [around, ran, around]));
  }
}

/** `StatisticDuration`s, the first one in field `first`. */
function writeTotals(writer: ProtoWriter, first: number, list: readonly Totals[]): void {
  for (const [index, { count, ns }] of list.entries())
    writer.message(first + index, (duration) => duration.integer(1, count).integer(2, ns));
}
