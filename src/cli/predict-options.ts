import { inputFormats, outputFormats } from "../scoring/formats.ts";
import type { OptionTable, OptionValues } from "./options.ts";
import { engineOption, parityOption } from "./serve-options.ts";

export const predictOptions = {
  output: { kind: "text", short: "o", value: "OUT", help: "write to this file, whole or not at all (standard output)" },
  to: {
    kind: "text",
    value: "FORMAT",
    choices: outputFormats,
    help: "csv, jsonl, parquet, arrow or json (by OUT's name, else as FILE is)",
  },
  from: { kind: "text", value: "FORMAT", choices: inputFormats, help: "csv, jsonl, parquet or arrow (by FILE's contents and name)" },
  row: {
    kind: "list",
    value: "ROW",
    help: "score this row instead of a file: a=1,b=2, values in the features' order, or JSON; repeatable",
  },
  "keep-columns": { kind: "flag", help: "write the columns of FILE before the answers, also those that are no features" },
  "ignore-columns": { kind: "flag", help: "leave columns out that are no features, instead of refusing them" },
  "no-header": { kind: "flag", help: "CSV without a header: the columns are the features in their order" },
  "on-error": {
    kind: "text",
    value: "stop|skip",
    choices: ["stop", "skip"],
    help: "what a row that the model refuses does: stop, or be skipped and written to the file of errors (stop)",
  },
  errors: { kind: "text", value: "FILE", help: "where skipped rows go, as JSON Lines (OUT.errors.jsonl, or standard error)" },
  force: { kind: "flag", help: "replace OUT where it is there already" },
  workers: { kind: "count", value: "N|auto", most: 256, words: ["auto"], help: "threads; auto: one for each core that it may use (auto)" },
  engine: engineOption,
  "no-parity": parityOption,
  json: { kind: "flag", help: "say what was done as one JSON document; without OUT, answer as the server does" },
} as const satisfies OptionTable;

export type PredictValues = OptionValues<typeof predictOptions>;
