import { ByteWriter } from "./bytes.ts";
import type { WasmFunction } from "./function.ts";
import { type ValueType, valueTypes } from "./opcodes.ts";

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const section = { type: 1, import: 2, function: 3, memory: 5, export: 7, code: 10 } as const;

/** The name under which a module's imports are given to it. */
export const hostModule = "host";

/** A WebAssembly module with functions and one memory, exported as `memory`. */
export class WasmModule {
  readonly #imports: Imported[] = [];
  readonly #functions: WasmFunction[] = [];
  readonly #exports: { name: string; index: number }[] = [];

  /** Imports a function of the host from float64s to a float64; its index is what `call` takes. Before any `add`, or again. */
  import(name: string, parameters: number): number {
    const known = this.#imports.findIndex((imported) => imported.name === name);
    if (known >= 0) return known;
    // Imports come first in the index space: one more would move every function.
    if (this.#functions.length > 0) throw new Error(`"${name}" is imported after a function was added.`);
    return this.#imports.push({ name, parameters }) - 1;
  }

  /** Adds a function; its index is what `call` takes. */
  add(fn: WasmFunction, exportName?: string): number {
    const index = this.#imports.length + this.#functions.push(fn) - 1;
    if (exportName !== undefined) this.#exports.push({ name: exportName, index });
    return index;
  }

  /** @param memoryPages Size of the memory, fixed, in pages of 64 KiB */
  encode(memoryPages: number): Uint8Array<ArrayBuffer> {
    const count = this.#functions.length;
    const types = new ByteWriter().unsigned(this.#imports.length + count);
    const imports = new ByteWriter().unsigned(this.#imports.length);
    this.#imports.forEach(({ name, parameters }, index) => {
      writeTypes(types.byte(0x60), new Array<ValueType>(parameters).fill("f64"));
      writeTypes(types, ["f64"]);
      imports.name(hostModule).name(name).byte(0x00).unsigned(index);
    });
    const declarations = new ByteWriter().unsigned(count);
    const code = new ByteWriter().unsigned(count);
    this.#functions.forEach((fn, index) => {
      writeTypes(types.byte(0x60), fn.parameters);
      writeTypes(types, fn.results);
      declarations.unsigned(this.#imports.length + index);
      code.sized(fn.encode());
    });
    const memories = new ByteWriter().byte(1).byte(0x01).unsigned(memoryPages).unsigned(memoryPages);
    const exports = new ByteWriter().unsigned(this.#exports.length + 1);
    exports.name("memory").byte(0x02).byte(0);
    for (const { name, index } of this.#exports) exports.name(name).byte(0x00).unsigned(index);

    const out = new ByteWriter().bytes(magicAndVersion);
    for (const [id, content] of [
      [section.type, types],
      [section.import, imports],
      [section.function, declarations],
      [section.memory, memories],
      [section.export, exports],
      [section.code, code],
    ] as const)
      out.byte(id).sized(content);
    return out.finish();
  }
}

function writeTypes(out: ByteWriter, types: readonly ValueType[]): void {
  out.unsigned(types.length);
  for (const type of types) out.byte(valueTypes[type]);
}

interface Imported {
  readonly name: string;
  /** Of type f64 each; the result is one, too. */
  readonly parameters: number;
}
