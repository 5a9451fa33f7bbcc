import { chooseEngine, type EngineChoice } from "../engines/choose.ts";
import { SetosaError } from "../errors.ts";
import { readModel } from "../formats/registry.ts";
import { withoutWeights } from "../graph/release.ts";
import type { ParityRows } from "../graph/signature.ts";
import { settingFor } from "../scheduling/settings.ts";
import { Model } from "./model.ts";
import { checkParity, checkParityRow, type ParityResult } from "./parity.ts";
import { fileTooLarge, readFile } from "./read-file.ts";
import { type Scheduling, scheduledEngine } from "./scheduled.ts";

export interface LoadOptions {
  /** What runs the model; `auto` by default: compiled where the compiler covers it, else onnxruntime. */
  readonly engine?: EngineChoice;
  /** `false` skips the check against the training framework's answers. */
  readonly parity?: boolean;
  /** Instead of the name in the file's metadata, or of the file. */
  readonly name?: string;
  readonly version?: string;
  /** Larger files are refused; 1 GiB by default. */
  readonly maxBytes?: number;
  /** A folder, without links, in which the file has to lie, wherever links lead. */
  readonly root?: string;
  /** Milliseconds from any start, for the time that loading takes. */
  readonly clock?: () => number;
  /** Puts a queue before an engine that answers later; without, every run goes to it as it comes. */
  readonly scheduling?: Scheduling;
}

/** Far more than any tabular model has, and less than the 2 GiB at which an ONNX file ends. */
export const defaultMaxBytes = 2 ** 30;

/** Letters, digits and `._-`: a name and a version become parts of a URL. */
const urlName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Loads a model from a file or from its bytes: reads, verifies, compiles it and checks its parity rows.
 * @param source A path or `file:` URL (not in browsers), or the file's bytes
 * @throws SetosaError MODEL_…, OPERATOR_UNSUPPORTED, ENGINE_UNAVAILABLE
 */
export async function loadModel(source: string | URL | Uint8Array | ArrayBuffer, options: LoadOptions = {}): Promise<Model> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const fromFile = typeof source === "string" || source instanceof URL;
  const bytes = fromFile ? await readFile(source, maxBytes, options.root) : source instanceof Uint8Array ? source : new Uint8Array(source);
  if (bytes.length > maxBytes) throw fileTooLarge(bytes.length, maxBytes);
  const file = readModel(bytes);
  const name = checkedName("name", options.name ?? file.signature.name ?? (fromFile ? fileName(source) : "model"));
  const version = checkedName("version", options.version ?? file.signature.version ?? "1");
  const { scheduling } = options;
  const threads = scheduling === undefined ? {} : { threads: settingFor(scheduling.settings.threads, name) };
  const chosen = await chooseEngine({ ...file, ...threads }, options.engine);
  try {
    const engine = scheduling === undefined ? chosen : await scheduledEngine(chosen, name, file, scheduling);
    const parts = {
      name,
      version,
      signature: file.signature,
      graph: engine.kind === "compiled" ? withoutWeights(file.graph) : file.graph,
      engine,
      source: fromFile ? String(source) : undefined,
      bytes: bytes.length,
      clock,
    };
    const unchecked = new Model({ ...parts, loadMilliseconds: 0 }, undefined);
    const { parity: rows } = file;
    const parity = rows === undefined || rows.rows.length === 0 || options.parity === false ? undefined : await runParity(unchecked, rows);
    return new Model({ ...parts, loadMilliseconds: clock() - started }, parity);
  } catch (error) {
    await chosen.close();
    throw error;
  }
}

/** All rows at once, and where the engine is a kernel also one by one: its code for one row is another function. */
async function runParity(model: Model, parity: ParityRows): Promise<ParityResult> {
  const { signature } = model;
  const path = "setosa.parity.rows";
  try {
    const result = checkParity(signature, parity, await model.answerRows(parity.rows, path));
    if (model.answersInline)
      for (const [row, values] of parity.rows.entries())
        checkParityRow(signature.task, parity, row, await model.answerRow(values, `${path}[${row}]`), 0);
    return result;
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code === "ENGINE_FAILED" || error.code === "MODEL_PARITY_FAILED") throw error;
    throw new SetosaError("MODEL_PARITY_FAILED", `A parity row does not fit the model's own signature: ${error.message}`, {
      ...(error.path === undefined ? {} : { path: error.path }),
      hint: "Save the model again.",
      cause: error,
    });
  }
}

/** The last part of a path without its ending, with other characters than a URL takes as `-`. */
export function fileName(source: string | URL): string {
  // It has been read by now, so that its escapes are known to be sound.
  const path = typeof source === "string" ? source : decodeURIComponent(source.pathname);
  const last = path.split(/[/\\]/).at(-1) ?? "";
  const slug = last
    .replace(/\.[^.]*$/, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
  return slug === "" ? "model" : slug.slice(0, 128);
}

function checkedName(what: "name" | "version", name: string): string {
  if (urlName.test(name)) return name;
  throw new SetosaError("MODEL_SIGNATURE_INVALID", `The model's ${what} ${JSON.stringify(name.slice(0, 80))} cannot be part of a URL.`, {
    path: what,
    hint: "Use up to 128 letters, digits, '.', '_' and '-', beginning with a letter or digit.",
  });
}
