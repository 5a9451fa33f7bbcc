import { SetosaError } from "../errors.ts";
import type { NumericData } from "../tensor/dtype.ts";
import type { ArtifactValue, KernelArtifact } from "./artifact.ts";
import { hostMath } from "./host-math.ts";
import type { Kernel, KernelInput, KernelOutput } from "./kernel.ts";
import { storages } from "./values.ts";
import { hostModule } from "./wasm/module.ts";

export interface InstantiateOptions {
  /** Fills the memory instead of the artifact's constants, which lie elsewhere. */
  readonly fill?: (memory: Uint8Array) => Promise<void>;
  /**
   * Awaited between slices of the work, each about a millisecond long, so that a thread that serves others meanwhile
   * comes to them; the code is compiled in the background then. Without it everything is done in one go.
   */
  readonly pause?: () => Promise<void>;
}

/** Strings added to a map between two pauses. */
const sliceStrings = 4096;

/**
 * Makes a kernel of a compiled graph: instantiates its code and fills its memory.
 * @throws SetosaError ENGINE_FAILED where the host has no memory left for it
 */
export async function instantiateKernel(artifact: KernelArtifact, { fill, pause }: InstantiateOptions = {}): Promise<Kernel> {
  const instance = await (pause === undefined ? instantiate(artifact.code) : instantiateInBackground(artifact.code));
  const exports = instance.exports as unknown as Exports;
  const memory = new Uint8Array(exports.memory.buffer);
  if (fill !== undefined) await fill(memory);
  else for (const { address, bytes } of artifact.constants) memory.set(bytes, address);
  const positions = takesStrings(artifact) ? await positionsOf(artifact.vocabulary, pause) : undefined;
  return kernelOf(exports, artifact, positions);
}

/** What else than code and constants a kernel is made of. */
export type KernelLayout = Omit<KernelArtifact, "code" | "constants">;

/** A kernel of a module that was instantiated with `kernelImports` and has its constants inside (see `embedConstants`). */
export function kernelOfInstance({ exports }: WebAssembly.Instance, layout: KernelLayout): Kernel {
  const positions = takesStrings(layout) ? new Map(layout.vocabulary.map((text, position) => [text, position])) : undefined;
  return kernelOf(exports as unknown as Exports, layout, positions);
}

function takesStrings({ inputs }: KernelLayout): boolean {
  return inputs.some(({ dtype }) => dtype === "string");
}

async function positionsOf(strings: readonly string[], pause: InstantiateOptions["pause"]): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>();
  for (const text of strings) {
    positions.set(text, positions.size);
    if (pause !== undefined && positions.size % sliceStrings === 0) await pause();
  }
  return positions;
}

/** A function of its own, so that what lives on in the kernel's closures are not the code and the constants' first copies. */
function kernelOf(
  { one, many, memory: { buffer } }: Exports,
  { capacity, products, inputs, outputs, vocabulary }: KernelLayout,
  positions: ReadonlyMap<string, number> | undefined,
): Kernel {
  return {
    capacity,
    products,
    inputs: inputs.map((value): KernelInput => {
      const base = { info: value.info, width: value.width, data: view(value, capacity, buffer) };
      return value.dtype === "string" && positions !== undefined ? { ...base, vocabulary: positions } : base;
    }),
    outputs: outputs.map((value): KernelOutput => {
      const base = { info: value.info, width: value.width, shape: value.shape, data: view(value, capacity, buffer) };
      return value.dtype === "string" ? { ...base, strings: vocabulary } : base;
    }),
    run: (rows) => {
      const status = rows === 1 ? one() : many(rows);
      if (status !== 0) throw new SetosaError("CATEGORY_UNKNOWN", "A row holds a category that the model was not trained on.");
    },
  };
}

/**
 * At once where the host allows it: the code is small whatever the model's size, and Node compiles an
 * asynchronous module as a whole in the background, which takes several times as long. Browsers bound
 * the size of what they compile on the main thread; there it is done in the background.
 */
async function instantiate(code: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Instance> {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(code), kernelImports);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return instantiateInBackground(code);
}

async function instantiateInBackground(code: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Instance> {
  try {
    return (await WebAssembly.instantiate(code, kernelImports)).instance;
  } catch (error) {
    throw error instanceof RangeError ? outOfMemory(error) : error;
  }
}

function outOfMemory(cause: RangeError): SetosaError {
  return new SetosaError("ENGINE_FAILED", `There is not enough memory for the model: ${cause.message}.`, {
    hint: "Unload other models, or give the process more memory.",
    cause,
  });
}

/** What a kernel's code imports. */
export const kernelImports = { [hostModule]: hostMath };

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly one: () => number;
  readonly many: (rows: number) => number;
}

function view({ dtype, address, width }: ArtifactValue, capacity: number, buffer: ArrayBuffer): NumericData {
  const length = capacity * width;
  switch (storages[dtype].store) {
    case "f32.store":
      return new Float32Array(buffer, address, length);
    case "f64.store":
      return new Float64Array(buffer, address, length);
    case "i32.store":
      return new Int32Array(buffer, address, length);
    default:
      return new Uint8Array(buffer, address, length);
  }
}
