import { kernelImports } from "../compiler/instantiate.ts";
import { SetosaError } from "../errors.ts";
import { type ArtifactDescription, EmbeddedModel } from "./embedded-model.ts";
import { type BytesSource, readBytes, type WasmBytes } from "./read-bytes.ts";

export { SetosaError };

type Source = BytesSource | WebAssembly.Module;

/** What a module that `setosa compile` writes exports. */
export interface ArtifactModule {
  /**
   * Instantiates the model without blocking the thread.
   * @param source Where its WebAssembly comes from; by default the file beside the module
   * @throws SetosaError MODEL_FILE_UNREADABLE; MODEL_FILE_INVALID for another model's or another version's file
   */
  load(source?: Source | PromiseLike<Source>): Promise<EmbeddedModel>;
  /** The same at once, from bytes or a compiled module. Browsers bound the size of what they compile so on a page's own thread. */
  loadSync(source: WasmBytes | WebAssembly.Module): EmbeddedModel;
}

/** @param beside The address of the file that is read where the caller names none */
export function defineModel(description: ArtifactDescription, beside: () => URL): ArtifactModule {
  return {
    load: async (source) => {
      const given = await (source ?? beside());
      const module = isModule(given) ? given : await compiled(await readBytes(given));
      check(module, description);
      return new EmbeddedModel(description, await WebAssembly.instantiate(module, kernelImports));
    },
    loadSync: (source) => {
      const module = isModule(source) ? source : compiledNow(source);
      check(module, description);
      return new EmbeddedModel(description, new WebAssembly.Instance(module, kernelImports));
    },
  };
}

/** The type has no members, so that everything else is assignable to it, too. */
function isModule<T>(source: T | WebAssembly.Module): source is WebAssembly.Module {
  return source instanceof WebAssembly.Module;
}

async function compiled(bytes: WasmBytes): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw invalid(error);
  }
}

function compiledNow(bytes: WasmBytes): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    // A RangeError is the browser's bound, which says what to do.
    throw error instanceof RangeError ? error : invalid(error);
  }
}

/** A page that has a new module and an old WebAssembly file in its cache would answer wrongly without a word. */
function check(module: WebAssembly.Module, { name, fingerprint }: ArtifactDescription): void {
  const [section] = WebAssembly.Module.customSections(module, "setosa");
  if (section !== undefined && new TextDecoder().decode(section) === fingerprint) return;
  throw new SetosaError(
    "MODEL_FILE_INVALID",
    `The WebAssembly file is not the one that was written together with this module ("${name}").`,
    {
      hint: "Deploy the files that one run of setosa compile wrote, and clear caches.",
    },
  );
}

function invalid(cause: unknown): SetosaError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SetosaError("MODEL_FILE_INVALID", `The WebAssembly file does not compile: ${reason}.`, {
    hint: "Check that the address answers the .wasm file itself, and that a Content-Security-Policy allows 'wasm-unsafe-eval'.",
    cause,
  });
}
