import { createHash } from "node:crypto";
import { embedConstants, withCustomSection } from "../compiler/embed.ts";
import { kernelImports } from "../compiler/instantiate.ts";
import { rowArtifact } from "../engines/compiled.ts";
import { SetosaError } from "../errors.ts";
import { readModel } from "../formats/registry.ts";
import type { ParityRows } from "../graph/signature.ts";
import { modelIdentity } from "../models/model-identity.ts";
import { checkParity, checkParityRow, type ParityResult } from "../models/parity.ts";
import { type ArtifactDescription, EmbeddedModel } from "./embedded-model.ts";
import { declarationText, moduleText } from "./module-text.ts";

export interface CompileModelOptions {
  /** Where the bytes are from: the model's name, where neither its metadata nor `name` says it. */
  readonly file?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** 128-bit SIMD, which all browsers have had since 2023; true by default, whatever this machine has. */
  readonly simd?: boolean;
  /** `false` skips the check against the training framework's answers. */
  readonly parity?: boolean;
  /** What the files are called, without their endings; by default as the model is. */
  readonly fileName?: string;
}

/** A model as files that need nothing else. The same bytes for the same model, always. */
export interface ModelArtifact {
  readonly name: string;
  readonly version: string;
  readonly parity: ParityResult | undefined;
  /** Another one for another module: what its WebAssembly is told by. */
  readonly fingerprint: string;
  /** By file name: the WebAssembly module, the ES module and its types, in this order. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Compiles a model's bytes, and has what it made answer the parity rows.
 * @throws SetosaError MODEL_…, MODEL_PARITY_FAILED; OPERATOR_UNSUPPORTED for a model that needs onnxruntime, reads texts or takes tensors
 */
export async function compileModel(bytes: Uint8Array, options: CompileModelOptions = {}): Promise<ModelArtifact> {
  const { graph, signature, parity } = readModel(bytes);
  const { name, version } = modelIdentity(
    signature,
    {
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.version === undefined ? {} : { version: options.version }),
    },
    options.file,
  );
  if (signature.task.kind === "tensors") throw refused(name, "it takes tensors, not rows of features");
  const { kernel, texts } = await compiled(name, () => rowArtifact(graph, { simd: options.simd ?? true }));
  if (texts !== undefined) throw refused(name, "it reads the words of a text, which the interpreter does beside the compiled part");

  const { code: _code, constants: _constants, ...layout } = kernel;
  const { task, features, example, framework } = signature;
  const module = embedConstants(kernel);
  const described = {
    name,
    version,
    signature: { task, features, ...(example === undefined ? {} : { example }), ...(framework === undefined ? {} : { framework }) },
    outputs: graph.outputs,
    kernel: layout,
  };
  const fingerprint = createHash("sha256").update(module).update(JSON.stringify(described)).digest("hex").slice(0, 32);
  const description: ArtifactDescription = { ...described, fingerprint };
  const wasm = withCustomSection(module, "setosa", fingerprint);
  const text = (content: string) => new TextEncoder().encode(content);
  const fileName = options.fileName ?? name;
  const wasmFile = `${fileName}.wasm`;
  return {
    name,
    version,
    fingerprint,
    parity: options.parity === false ? undefined : await provenBy(parity, description, wasm),
    files: new Map([
      [wasmFile, wasm],
      [`${fileName}.js`, text(moduleText(description, wasmFile))],
      [`${fileName}.d.ts`, text(declarationText(description))],
    ]),
  };
}

/** The very bytes that are going to be written answer as the trainer did: all rows at once and each alone, which is other code. */
async function provenBy(
  parity: ParityRows | undefined,
  description: ArtifactDescription,
  wasm: Uint8Array<ArrayBuffer>,
): Promise<ParityResult | undefined> {
  const { instance } = await WebAssembly.instantiate(wasm, kernelImports);
  // What went through JSON is what the module will hold.
  const model = new EmbeddedModel(JSON.parse(JSON.stringify(description)) as ArtifactDescription, instance);
  if (parity === undefined || parity.rows.length === 0) return undefined;
  const { task } = description.signature;
  const result = checkParity(description.signature, parity, model.answerRows(parity.rows));
  for (const [row, values] of parity.rows.entries()) checkParityRow(task, parity, row, model.answerRows([values]), 0);
  return result;
}

async function compiled<T>(name: string, compile: () => Promise<T>): Promise<T> {
  try {
    return await compile();
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "OPERATOR_UNSUPPORTED") throw error;
    throw refused(name, error.message.replace(/\.$/, ""), error);
  }
}

function refused(name: string, why: string, cause?: SetosaError): SetosaError {
  return new SetosaError("OPERATOR_UNSUPPORTED", `The model "${name}" cannot be compiled to a file of its own: ${why}.`, {
    path: cause?.path ?? name,
    hint: "Serve it: setosa serve runs it.",
    cause,
  });
}
