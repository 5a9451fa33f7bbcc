import type { Hostile } from "./corpus.ts";

/** UBJSON whose containers say what they do not hold. Every file begins as XGBoost's do, with the key "learner". */

function binary(...parts: readonly (string | number | bigint)[]): number[] {
  return parts.flatMap((part) => {
    if (typeof part === "string") return Array.from(part, (character) => character.charCodeAt(0));
    if (typeof part === "number") return [part];
    return Array.from({ length: 8 }, (_, index) => Number((part >> BigInt(56 - 8 * index)) & 255n));
  });
}

export function* ubjsonCorpus(): Generator<Hostile> {
  const inside = (...parts: readonly (string | number | bigint)[]): Uint8Array =>
    Uint8Array.from([...binary("{L", 7n, "learner"), ...binary(...parts), ...binary("}")]);
  for (const type of ["d", "D", "l", "U", "S", "[", "{", "T", "Z", "N", "C", "H", "\u0000"])
    for (const count of [2n ** 31n, 2n ** 60n, 2n ** 63n - 1n, -1n, 1n, 60n])
      yield [`ubjson: ${count} of ${type}`, inside(`[$${type}#L`, count)];
  yield ["ubjson: an object of 2^60 keys", inside("{#L", 2n ** 60n)];
  yield ["ubjson: a text of 2^60", inside("SL", 2n ** 60n)];
  yield ["ubjson: a key of 2^60", Uint8Array.from(binary("{L", 2n ** 60n))];
  yield ["ubjson: 1,000,000 lists", inside("[".repeat(1_000_000))];
  yield ["ubjson: 300,000 objects", inside("{U\u0001a".repeat(300_000))];
  yield ["ubjson: lists of typed lists", inside("[$[#L", 5n, "$[#L", 5n, "$[#L", 5n)];
  // A count may be as large as the file: lists in lists of that many would be a product.
  const padded = (content: string): Uint8Array => inside(`[${content}`, "N".repeat(1_000_000));
  yield ["ubjson: 1,000,000 paddings", padded("")];
  yield [
    "ubjson: 60 lists that each promise 1,000,000",
    inside(...Array.from({ length: 60 }, () => ["[#L", 1_000_000n] as const).flat(), "N".repeat(1_000_000)),
  ];
  yield ["ubjson: 500,000 empty lists", inside("[", "[]".repeat(500_000), "]")];
  yield ["ubjson: 500,000 numbers one by one", inside("[", "U\u0001".repeat(500_000), "]")];
  yield ["ubjson: keys of the language's own", inside("{L", 9n, "__proto__{L", 1n, "aTL", 1n, "bT}L", 11n, "constructorT}")];
  yield ["ubjson: a length that is no number", inside("SD", 1n)];
  yield ["ubjson: nothing behind the brace", Uint8Array.from(binary("{L", 7n, "learner"))];
}
