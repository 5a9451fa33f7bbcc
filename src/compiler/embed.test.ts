import { describe, expect, it } from "vitest";
import type { Segment } from "./artifact.ts";
import { embedConstants, withCustomSection } from "./embed.ts";
import { WasmFunction } from "./wasm/function.ts";
import { WasmModule } from "./wasm/module.ts";

function emptyModule(): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  module.add(new WasmFunction([], ["i32"]).const("i32", 0), "one");
  return module.encode(4);
}

async function memoryOf(code: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { instance } = await WebAssembly.instantiate(code);
  return new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer);
}

describe("embedConstants", () => {
  it("puts every byte into the memory, and leaves zeros out of the file", async () => {
    const bytes = new Uint8Array(100_000);
    bytes[0] = 1;
    bytes[99] = 2;
    bytes.fill(3, 50_000, 50_100);
    const constants: Segment[] = [
      { address: 16, bytes },
      { address: 200_000, bytes: Uint8Array.of(0, 0, 7) },
      { address: 220_000, bytes: new Uint8Array(64) },
    ];
    const code = emptyModule();
    const embedded = embedConstants({ code, constants });
    expect(embedded.length - code.length).toBeLessThan(400);
    const expected = new Uint8Array(4 * 65_536);
    for (const segment of constants) expected.set(segment.bytes, segment.address);
    expect(Buffer.from(await memoryOf(embedded)).equals(expected)).toBe(true);
  });

  it("does not split where engines would refuse so many segments", async () => {
    const bytes = new Uint8Array(66 * 60_000);
    for (let index = 0; index < bytes.length; index += 66) bytes[index] = 1;
    const module = new WasmModule();
    module.add(new WasmFunction([], ["i32"]).const("i32", 0), "one");
    const embedded = embedConstants({ code: module.encode(80), constants: [{ address: 0, bytes }] });
    expect(Buffer.from((await memoryOf(embedded)).subarray(0, bytes.length)).equals(bytes)).toBe(true);
  });

  it("takes a model without constants", async () => {
    expect((await memoryOf(embedConstants({ code: emptyModule(), constants: [] }))).length).toBe(4 * 65_536);
  });
});

describe("withCustomSection", () => {
  it("adds what an engine hands out", async () => {
    const module = await WebAssembly.compile(withCustomSection(emptyModule(), "setosa", "0123"));
    const [section] = WebAssembly.Module.customSections(module, "setosa");
    expect(new TextDecoder().decode(section)).toBe("0123");
  });
});
