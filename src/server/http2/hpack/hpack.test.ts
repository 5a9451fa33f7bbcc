import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HpackDecoder, HpackFault } from "./decoder.ts";
import { encodeHeaders } from "./encode.ts";
import { decodeHuffman } from "./huffman.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

function decode(decoder: HpackDecoder, block: Uint8Array, most = 65_536): string[] {
  const fields: string[] = [];
  decoder.decode(block, most, (name, value) => fields.push(`${name}: ${value}`));
  return fields;
}

describe("HpackDecoder", () => {
  it("reads the requests of RFC 7541, C.3 and C.4, with one table over all of them", () => {
    const plain = [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ];
    const coded = ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"];
    const expected = [
      [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
      [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
      [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"],
    ];
    for (const blocks of [plain, coded]) {
      const decoder = new HpackDecoder();
      expect(blocks.map((block) => decode(decoder, bytes(block)))).toEqual(expected);
    }
  });

  it("reads the responses of RFC 7541, C.6, whose table of 256 bytes lets go of entries", () => {
    const decoder = new HpackDecoder();
    decode(decoder, bytes("3fe101"));
    const first = bytes(
      "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    );
    expect(decode(decoder, first)).toEqual([
      ":status: 302",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ]);
    expect(decode(decoder, bytes("4883 640e ffc1 c0bf"))[0]).toBe(":status: 307");
    // The first status has gone: what was entry 65 is the older cache-control now.
    expect(decode(decoder, bytes("c1"))).toEqual(["cache-control: private"]);
    expect(() => decode(decoder, bytes("c2"))).toThrow(HpackFault);
  });

  it.each([
    ["an entry that is not there", "ff80"],
    ["entry 0", "80"],
    ["a number that is cut", "7f"],
    ["a number without an end", "7fffffffffffffffff01"],
    ["a text that is cut", "400a6375"],
    ["padding that is too long", "4082ffff0161"],
    ["a table that is larger than the settings say", "3fe13f"],
    ["a size that changes in the middle", "8220"],
  ])("refuses %s", (_, block) => {
    expect(() => decode(new HpackDecoder(), bytes(block))).toThrow(HpackFault);
  });

  it("hands on no more than the limit, and reads on for the table", () => {
    const decoder = new HpackDecoder();
    // One entry of the table, named a hundred times: a small block of many bytes.
    const block = Buffer.concat([bytes("4001610162"), Buffer.alloc(100, 0xbe)]);
    const fields: string[] = [];
    expect(decoder.decode(block, 340, (name) => fields.push(name))).toBe(false);
    expect(fields).toHaveLength(10);
    expect(decode(decoder, bytes("be"))).toEqual(["a: b"]);
  });

  it("never throws anything else, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (blocks) => {
        const decoder = new HpackDecoder();
        for (const block of blocks)
          try {
            decode(decoder, block, 1000);
          } catch (error) {
            expect(error).toBeInstanceOf(HpackFault);
            return;
          }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("encodeHeaders", () => {
  it("writes what the decoder reads, and leaves its table alone", () => {
    const text = fc.string({ maxLength: 300, unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)) });
    const name = fc.oneof(fc.constantFrom(":status", "content-type", "grpc-status"), fc.stringMatching(/^[a-z-]{1,20}$/));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 6 }), (fields) => {
        const decoder = new HpackDecoder();
        expect(decode(decoder, encodeHeaders(fields))).toEqual(fields.map(([key, value]) => `${key}: ${value}`));
        expect(decoder.version).toBe(0);
      }),
    );
  });
});

describe("decodeHuffman", () => {
  it("refuses the end of a string within it, and padding that is none", () => {
    expect(decodeHuffman(bytes("ffffffff"), 0, 4)).toBeUndefined();
    expect(decodeHuffman(bytes("f1e3c2e5f23a6ba0ab90f4fe"), 0, 12)).toBeUndefined();
    expect(decodeHuffman(bytes("f1e3c2e5f23a6ba0ab90f4ff"), 0, 12)).toBe("www.example.com");
  });
});
