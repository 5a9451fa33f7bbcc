import type { EmbeddedModel } from "../artifact/embedded-model.ts";
import { kernelEngine } from "../engines/kernel-engine.ts";
import { type ErrorCode, errorCodes, SetosaError } from "../errors.ts";
import { Model } from "../models/model.ts";
import { host } from "./host.ts";

/** A model that a module of `setosa compile` has loaded. */
export interface CompiledModel {
  readonly name: string;
  readonly version: string;
  readonly parts: object;
}

export function isCompiledModel(source: unknown): source is CompiledModel {
  if (typeof source !== "object" || source === null || !("parts" in source)) return false;
  const { parts } = source;
  return typeof parts === "object" && parts !== null && "description" in parts && "kernel" in parts;
}

/** The model of a module as one of the library's, on the same kernel. What only the model's file says (operators, training data) it does not have. */
export function modelOfCompiled(compiled: CompiledModel): Model {
  const { description, kernel } = compiled.parts as EmbeddedModel["parts"];
  const { name, version, signature, outputs } = description;
  const inputs = kernel.inputs.map(({ info }) => info);
  const graph = { name, opsets: {}, inputs, outputs, constants: new Map(), nodes: [] };
  const engine = kernelEngine({ ...kernel, run: (rows) => translated(() => kernel.run(rows)) }, "it was compiled before");
  const parts = { name, version, signature, graph, engine, source: undefined, bytes: 0, loadMilliseconds: 0, clock: host.now };
  return new Model(parts, undefined);
}

/** A module has a SetosaError of its own. */
function translated(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof SetosaError || !isForeign(error)) throw error;
    throw new SetosaError(error.code, error.message, {
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

interface Foreign extends Error {
  readonly code: ErrorCode;
  readonly path?: string;
  readonly hint?: string;
}

function isForeign(error: unknown): error is Foreign {
  return error instanceof Error && "code" in error && typeof error.code === "string" && Object.hasOwn(errorCodes, error.code);
}
