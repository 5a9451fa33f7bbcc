import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { MessageReader } from "./messages.ts";

function framed(bytes: Uint8Array, flags = 0): Buffer {
  const frame = Buffer.alloc(5 + bytes.length);
  frame[0] = flags;
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, 5);
  return frame;
}

describe("MessageReader", () => {
  it("gives back messages whatever the pieces they come in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }),
        (messages, sizes) => {
          const stream = Buffer.concat(messages.map((message, index) => framed(message, index % 2)));
          const reader = new MessageReader(40);
          const read: { compressed: boolean; bytes: number[] }[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = sizes[turn % sizes.length] as number;
            expect(
              reader.take(stream.subarray(at, at + size), ({ compressed, bytes }) => read.push({ compressed, bytes: [...bytes] })),
            ).toBe(true);
            at += size;
          }
          expect(read).toEqual(messages.map((message, index) => ({ compressed: index % 2 === 1, bytes: [...message] })));
          expect(reader.isBetween).toBe(true);
        },
      ),
    );
  });

  it("says no to a message that is larger than the limit before it has come", () => {
    const reader = new MessageReader(10);
    expect(reader.take(framed(new Uint8Array(11)).subarray(0, 5), () => expect.unreachable())).toBe(false);
  });

  it("refuses flags that there are not, and notices a message that is cut", () => {
    expect(() => new MessageReader(10).take(framed(new Uint8Array(1), 2), () => {})).toThrow(SetosaError);
    const reader = new MessageReader(10);
    for (const piece of [Buffer.alloc(3), Buffer.of(0, 4, 1)]) {
      reader.take(piece, () => expect.unreachable());
      expect(reader.isBetween).toBe(false);
    }
  });
});
