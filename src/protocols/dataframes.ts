import { SetosaError } from "../errors.ts";
import type { Feature, Signature } from "../graph/signature.ts";
import { checkCount, columnPositions, columnRows, type ListedRows, lenientRows } from "./named-rows.ts";

/** What a body asks to be predicted. */
export type FrameInput =
  | ({ readonly kind: "rows" } & ListedRows)
  /** A tensors model's inputs: by name, or one alone. */
  | { readonly kind: "tensors"; readonly inputs: unknown; readonly path: string };

export const frameKeys = ["dataframe_split", "dataframe_records", "instances", "inputs"] as const;
export type FrameKey = (typeof frameKeys)[number];

/** Which of the forms a body has; undefined for none, and for several. */
export function frameKey(body: Record<string, unknown>): FrameKey | undefined {
  const [key, ...others] = frameKeys.filter((name) => Object.hasOwn(body, name));
  return others.length === 0 ? key : undefined;
}

/**
 * Reads one of the forms in which MLflow's clients send data (https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally, "Accepted
 * Input Formats"; `mlflow/utils/proto_json_utils.py` of MLflow 3): of features as rows, and of tensors as nested lists.
 * @throws SetosaError BODY_SHAPE_INVALID, FEATURE_MISSING, FEATURE_REPEATED, ROWS_EMPTY, ROWS_TOO_MANY
 */
export function readFrame(body: Record<string, unknown>, key: FrameKey, { features, task }: Signature, mostRows: number): FrameInput {
  const value = body[key];
  if (task.kind === "tensors") return { kind: "tensors", inputs: tensorInputs(value, key), path: key };
  const listed =
    key === "dataframe_split"
      ? splitRows(value, features, mostRows)
      : key === "inputs" && isObject(value)
        ? columnRows(value, features, key, mostRows)
        : { rows: listRows(value, key, features), path: key };
  checkCount(listed.rows.length, listed.path, mostRows);
  return { kind: "rows", ...listed };
}

/** Objects, lists of values, or single values where the model has one feature. */
function listRows(value: unknown, key: FrameKey, features: readonly Feature[]): readonly unknown[] {
  if (!Array.isArray(value))
    throw new SetosaError("BODY_SHAPE_INVALID", `"${key}" is no list of rows.`, {
      path: key,
      hint: `Send {"${key}": [ … ]} with one object ${key === "dataframe_records" ? "" : "or list of values "}for each row.`,
    });
  if (features.length !== 1) return lenientRows(value, features);
  return lenientRows(value, features).map((row) => (typeof row === "object" && row !== null ? row : [row]));
}

/** `{"columns": [names], "data": [rows], "index": [labels]}`, as pandas' `to_dict(orient="split")` makes it. */
function splitRows(value: unknown, features: readonly Feature[], mostRows: number): ListedRows {
  const path = "dataframe_split";
  const hint = 'Send {"dataframe_split": {"columns": ["feature", …], "data": [[value, …], …]}}.';
  if (!isObject(value)) throw new SetosaError("BODY_SHAPE_INVALID", `"${path}" is no object.`, { path, hint });
  const stranger = Object.keys(value).find((key) => key !== "columns" && key !== "data" && key !== "index");
  if (stranger !== undefined)
    throw new SetosaError("BODY_SHAPE_INVALID", `"${path}" has ${JSON.stringify(stranger.slice(0, 80))} beside columns, data and index.`, {
      path,
      hint,
    });
  const { columns, data } = value;
  const place = `${path}["data"]`;
  if (!Array.isArray(data)) throw new SetosaError("BODY_SHAPE_INVALID", `"data" of "${path}" is no list of rows.`, { path: place, hint });
  checkCount(data.length, place, mostRows);
  if (columns === undefined || columns === null) return { rows: data, path: place };
  if (!Array.isArray(columns))
    throw new SetosaError("BODY_SHAPE_INVALID", `"columns" of "${path}" is no list of names.`, { path: `${path}["columns"]`, hint });
  const isInOrder = columns.length === features.length && columns.every((name, index) => name === features[index]?.name);
  // What pandas calls columns without names.
  const isNameless = columns.length === features.length && columns.every((name, index) => name === index);
  if (isInOrder || isNameless) return { rows: data, path: place };
  return { rows: namedRows(data, columns, features), path: place, reordered: features };
}

/** Lists in the features' order. */
function namedRows(data: readonly unknown[], columns: readonly unknown[], features: readonly Feature[]): readonly unknown[] {
  const positions = columnPositions(columns, features, 'dataframe_split["columns"]');
  return data.map((row, index) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new SetosaError(
        "ROW_WIDTH_INVALID",
        Array.isArray(row) ? `A row has ${row.length} values, and there are ${columns.length} columns.` : "A row is no list of values.",
        { path: `dataframe_split["data"][${index}]`, hint: "Send one value for each column, null where it is not known." },
      );
    return positions.map((position) => (typeof position === "number" ? (row[position] as unknown) : position.filler));
  });
}

/** Of a model of tensors. Rows by name become columns, as in `{"instances": [{"a": 1, "b": 2}, …]}`. */
function tensorInputs(value: unknown, key: FrameKey): unknown {
  if (key === "dataframe_split" || key === "dataframe_records")
    throw new SetosaError("BODY_SHAPE_INVALID", `The model takes tensors, and "${key}" holds rows of features.`, {
      path: key,
      hint: 'Send {"inputs": {"name": [[ … ]]}}, or {"instances": [[ … ]]} where the model has one input.',
    });
  if (key !== "instances" || !Array.isArray(value) || !value.every(isObject) || value.length === 0) return value;
  const names = Object.keys(value[0] as object);
  return Object.fromEntries(names.map((name) => [name, value.map((row) => (row as Record<string, unknown>)[name])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
