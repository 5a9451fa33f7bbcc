/**
 * The web-standard globals that the pure folders (`errors … compiler`) use: they run in browsers, Node,
 * Bun and on edge runtimes, and are checked against these few declarations instead of any runtime's.
 */

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, (...numbers: number[]) => number>>>>;
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Record<string, unknown>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  function instantiate(bytes: Uint8Array<ArrayBuffer>, imports?: Imports): Promise<{ readonly instance: Instance }>;
}

declare class TextDecoder {
  constructor(label: "utf-8", options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
