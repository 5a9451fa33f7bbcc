import { chooseEngine, type EngineChoice } from "../engines/choose.ts";
import { SetosaError } from "../errors.ts";
import type { ModelFile } from "../formats/model-file.ts";
import { readModel } from "../formats/registry.ts";
import type { ParityRows } from "../graph/signature.ts";
import type { Answers } from "./answers.ts";
import { Model } from "./model.ts";
import { checkParity } from "./parity.ts";

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
  /** Milliseconds from any start, for the time that loading takes. */
  readonly clock?: () => number;
}

/** ONNX files cannot be larger than 2 GiB; a model of half of that is no small tabular model any more. */
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
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const fromFile = typeof source === "string" || source instanceof URL;
  const bytes = fromFile ? await readFile(source, maxBytes) : source instanceof Uint8Array ? source : new Uint8Array(source);
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  const started = clock();
  const file = readModel(bytes);
  const engine = await chooseEngine(file, options.engine);
  try {
    const name = checkedName("name", options.name ?? file.signature.name ?? (fromFile ? fileName(source) : "model"));
    const version = checkedName("version", options.version ?? file.signature.version ?? "1");
    const parts = { name, version, signature: file.signature, graph: file.graph, engine, bytes: bytes.length };
    const model = new Model({ ...parts, loadMilliseconds: 0 }, undefined);
    const parity =
      file.parity === undefined || options.parity === false
        ? undefined
        : checkParity(file.signature, file.parity, await parityAnswers(model, file, file.parity));
    return new Model({ ...parts, loadMilliseconds: clock() - started }, parity);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function parityAnswers(model: Model, file: ModelFile, { rows }: ParityRows): Promise<Answers> {
  try {
    return await model.answerRows(rows, "setosa.parity.rows");
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code === "ENGINE_FAILED") throw error;
    throw new SetosaError(
      "MODEL_PARITY_FAILED",
      `A parity row of the ${file.format} file does not fit its own signature: ${error.message}`,
      {
        ...(error.path === undefined ? {} : { path: error.path }),
        hint: "Save the model again.",
        cause: error,
      },
    );
  }
}

async function readFile(source: string | URL, maxBytes: number): Promise<Uint8Array> {
  // Only here, so that browsers can load models from bytes.
  const { open } = await import("node:fs/promises");
  try {
    const file = await open(source, "r");
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new SetosaError("MODEL_FILE_UNREADABLE", `${String(source)} is not a file.`, { path: String(source) });
      if (stat.size > maxBytes) throw tooLarge(stat.size, maxBytes);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SetosaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetosaError("MODEL_FILE_UNREADABLE", `The model file cannot be read: ${reason}.`, {
      path: String(source),
      hint: "Check the path and the file's permissions.",
      cause: error,
    });
  }
}

function tooLarge(bytes: number, maxBytes: number): SetosaError {
  return new SetosaError("MODEL_FILE_TOO_LARGE", `The model file has ${bytes} bytes, and the limit is ${maxBytes}.`, {
    hint: "Raise maxBytes if you trust the file.",
  });
}

/** The last part of a path without its ending, with other characters than a URL takes as `-`. */
function fileName(source: string | URL): string {
  const path = typeof source === "string" ? source : source.pathname;
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
