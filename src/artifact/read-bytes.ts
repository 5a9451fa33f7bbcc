import { SetosaError } from "../errors.ts";

/** What a `.wasm` file is read from: an address, its bytes, or what `fetch` answered. */
export type BytesSource = string | URL | WasmBytes | Pick<Response, "ok" | "status" | "url" | "arrayBuffer">;

export type WasmBytes = ArrayBuffer | Uint8Array<ArrayBuffer>;

/** @throws SetosaError MODEL_FILE_UNREADABLE */
export async function readBytes(source: BytesSource): Promise<WasmBytes> {
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) return source;
  if (typeof source === "object" && "arrayBuffer" in source) return bodyOf(source);
  const address = String(source);
  try {
    const files = address.startsWith("file:") ? fileSystem() : undefined;
    return files === undefined ? await bodyOf(await fetch(address)) : new Uint8Array(files.readFileSync(new URL(address)));
  } catch (error) {
    throw error instanceof SetosaError ? error : unreadable(address, error instanceof Error ? error.message : String(error), error);
  }
}

async function bodyOf(response: Pick<Response, "ok" | "status" | "url" | "arrayBuffer">): Promise<ArrayBuffer> {
  if (!response.ok) throw unreadable(response.url, `the answer is ${response.status}`);
  return response.arrayBuffer();
}

/** Node has no fetch of files. Asked for without an import, which bundlers for browsers would try to follow. */
function fileSystem(): typeof import("node:fs") | undefined {
  return globalThis.process?.getBuiltinModule?.("node:fs");
}

function unreadable(path: string, reason: string, cause?: unknown): SetosaError {
  return new SetosaError("MODEL_FILE_UNREADABLE", `The WebAssembly file cannot be read: ${reason}.`, {
    path,
    hint: "Pass its address, its bytes, a Response or a WebAssembly.Module to load().",
    cause,
  });
}
