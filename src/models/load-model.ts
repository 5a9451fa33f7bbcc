import { chooseEngine, type EngineChoice } from "../engines/choose.ts";
import { readModel } from "../formats/registry.ts";
import { withoutWeights } from "../graph/release.ts";
import { type AnyModel, Model, type ModelTypes } from "./model.ts";
import { modelIdentity } from "./model-identity.ts";
import { fileTooLarge, readFile } from "./read-file.ts";
import { runParity } from "./run-parity.ts";
import { type Scheduling, scheduledEngine, threadsFor } from "./scheduled.ts";

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
  /** Keeps the bytes of a model that is loaded from bytes, for explanations; one from a file is read once more. */
  readonly explain?: boolean;
  /** Puts a queue before an engine that answers later; without, every run goes to it as it comes. */
  readonly scheduling?: Scheduling;
}

/** Far more than any tabular model has, and less than the 2 GiB at which an ONNX file ends. */
export const defaultMaxBytes = 2 ** 30;

/**
 * Loads a model from a file or from its bytes: reads, verifies, compiles it and checks its parity rows.
 * @param source A path or `file:` URL (not in browsers), or the file's bytes
 * @typeParam Types One of the interface `Models` that `setosa types` writes, such as `Models["iris"]`
 * @throws SetosaError MODEL_…, OPERATOR_UNSUPPORTED, ENGINE_UNAVAILABLE
 */
export async function loadModel<Types extends ModelTypes = AnyModel>(
  source: string | URL | Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Promise<Model<Types>> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const fromFile = typeof source === "string" || source instanceof URL;
  const bytes = fromFile ? await readFile(source, maxBytes, options.root) : source instanceof Uint8Array ? source : new Uint8Array(source);
  if (bytes.length > maxBytes) throw fileTooLarge(bytes.length, maxBytes);
  const file = readModel(bytes);
  const identity = modelIdentity(file.signature, options, fromFile ? source : undefined);
  const { scheduling } = options;
  const chosen = await chooseEngine({ ...file, threads: threadsFor(identity.name, scheduling) }, options.engine);
  try {
    const { graph, signature } = file;
    const model = { name: identity.name, graph, signature, rows: file.parity?.rows ?? [] };
    const engine = await scheduledEngine(chosen, model, scheduling);
    const parts = {
      ...identity,
      signature,
      graph: engine.kind === "compiled" ? withoutWeights(graph) : graph,
      engine,
      source: fromFile ? String(source) : undefined,
      bytes: bytes.length,
      clock,
      reread: fromFile ? () => readFile(source, maxBytes, options.root) : options.explain === true ? async () => bytes : undefined,
    };
    const unchecked = new Model({ ...parts, loadMilliseconds: 0 }, undefined);
    const parity = options.parity === false ? undefined : await runParity(unchecked, file.parity);
    return new Model<Types>({ ...parts, loadMilliseconds: clock() - started }, parity);
  } catch (error) {
    await chosen.close();
    throw error;
  }
}
