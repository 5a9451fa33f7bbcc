import { type Bytes, writeName, writeSized, writeUnsigned } from "./bytes.ts";
import type { WasmFunction } from "./function.ts";
import { type ValueType, valueTypes } from "./opcodes.ts";

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const section = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const;

/** A WebAssembly module with functions and one memory, exported as `memory`. */
export class WasmModule {
  readonly #functions: WasmFunction[] = [];
  readonly #exports: { name: string; index: number }[] = [];

  /** Adds a function; its index is what `call` takes. */
  add(fn: WasmFunction, exportName?: string): number {
    const index = this.#functions.push(fn) - 1;
    if (exportName !== undefined) this.#exports.push({ name: exportName, index });
    return index;
  }

  /** @param memoryPages Size of the memory, fixed, in pages of 64 KiB */
  encode(memoryPages: number): Uint8Array<ArrayBuffer> {
    const out: Bytes = [...magicAndVersion];
    const add = (id: number, content: Bytes): void => {
      out.push(id);
      writeSized(out, content);
    };

    const types: Bytes = [];
    writeUnsigned(types, this.#functions.length);
    for (const fn of this.#functions) {
      types.push(0x60);
      writeTypes(types, fn.parameters);
      writeTypes(types, fn.results);
    }
    add(section.type, types);

    const declarations: Bytes = [];
    writeUnsigned(declarations, this.#functions.length);
    for (let index = 0; index < this.#functions.length; index++) writeUnsigned(declarations, index);
    add(section.function, declarations);

    const memories: Bytes = [1, 0x01];
    writeUnsigned(memories, memoryPages);
    writeUnsigned(memories, memoryPages);
    add(section.memory, memories);

    const exports: Bytes = [];
    writeUnsigned(exports, this.#exports.length + 1);
    writeName(exports, "memory");
    exports.push(0x02, 0);
    for (const { name, index } of this.#exports) {
      writeName(exports, name);
      exports.push(0x00);
      writeUnsigned(exports, index);
    }
    add(section.export, exports);

    const code: Bytes = [];
    writeUnsigned(code, this.#functions.length);
    for (const fn of this.#functions) for (const byte of fn.encode()) code.push(byte);
    add(section.code, code);
    return Uint8Array.from(out);
  }
}

function writeTypes(out: Bytes, types: readonly ValueType[]): void {
  writeUnsigned(out, types.length);
  for (const type of types) out.push(valueTypes[type]);
}
