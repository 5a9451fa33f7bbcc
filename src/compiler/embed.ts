import type { KernelArtifact, Segment } from "./artifact.ts";
import { joinSegments } from "./segments.ts";
import { ByteWriter } from "./wasm/bytes.ts";

/** Ids of sections, core specification 5.5.2. */
const section = { custom: 0, data: 11 } as const;
const opcode = { i32Const: 0x41, end: 0x0b } as const;

/** So many zero bytes in a row are left out: a new memory has them already, and a segment's own bytes are fewer. */
const leastZeros = 64;
/** Engines refuse modules of more than 100,000 data segments (WebAssembly JavaScript interface, limits). */
const mostSegments = 50_000;

/** A kernel's code with what its memory holds before the first run as data segments: a module that needs nothing else. */
export function embedConstants({ code, constants }: Pick<KernelArtifact, "code" | "constants">): Uint8Array<ArrayBuffer> {
  const whole = joinSegments(constants);
  const pieces = whole.flatMap(withoutZeros);
  const segments = pieces.length <= mostSegments ? pieces : whole;
  const data = new ByteWriter().unsigned(segments.length);
  for (const { address, bytes } of segments)
    data.byte(0).byte(opcode.i32Const).signed32(address).byte(opcode.end).unsigned(bytes.length).bytes(bytes);
  return new ByteWriter().bytes(code).byte(section.data).sized(data).finish();
}

/** The module with a custom section at its end, which engines hand out and otherwise skip. */
export function withCustomSection(module: Uint8Array, name: string, content: string): Uint8Array<ArrayBuffer> {
  const custom = new ByteWriter().name(name).bytes(new TextEncoder().encode(content));
  return new ByteWriter().bytes(module).byte(section.custom).sized(custom).finish();
}

function withoutZeros({ address, bytes }: Segment): Segment[] {
  const pieces: Segment[] = [];
  let from = 0;
  let end = 0;
  const close = () => {
    if (end > from) pieces.push({ address: address + from, bytes: bytes.subarray(from, end) });
  };
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === 0) continue;
    if (index - end >= leastZeros) {
      close();
      from = index;
    }
    end = index + 1;
  }
  close();
  return pieces;
}
