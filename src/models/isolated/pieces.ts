/**
 * Plain data of any size as messages of a bounded one: reading a message blocks the thread that receives it, and a model
 * of ten thousand features or words is otherwise one message.
 */
export type Piece =
  /** Elements of a list that is sent apart from what holds it. */
  | { readonly kind: "items"; readonly list: number; readonly items: readonly unknown[] }
  /** The end: the value, with the lists that were sent left out. */
  | { readonly kind: "rest"; readonly value: unknown };

/** About as many objects, strings and numbers as are read in half a millisecond. */
const mostWeight = 2000;
/** Characters of a string that count as one more of them. */
const charactersPerWeight = 64;

/** Stands for a list, or a map by its entries, that is sent apart. */
const listKey = "setosa:list";
const mapKey = "setosa:map";

interface Weighed {
  readonly value: unknown;
  readonly weight: number;
}

/** Cuts plain data into pieces. Binary data, which is moved and not copied, stays whole. */
export function cutIntoPieces(value: unknown): Piece[] {
  const pieces: Piece[] = [];
  let lists = 0;

  const cutItems = (items: readonly unknown[], key: string): Weighed => {
    const weighed = items.map(cut);
    const weight = 1 + weighed.reduce((sum, item) => sum + item.weight, 0);
    if (weight <= mostWeight) {
      const values = weighed.map((item) => item.value);
      return { value: key === mapKey ? new Map(values as [unknown, unknown][]) : values, weight };
    }
    const list = lists++;
    let piece: unknown[] = [];
    let filled = 0;
    for (const item of weighed) {
      if (filled > 0 && filled + item.weight > mostWeight) {
        pieces.push({ kind: "items", list, items: piece });
        piece = [];
        filled = 0;
      }
      piece.push(item.value);
      filled += item.weight;
    }
    pieces.push({ kind: "items", list, items: piece });
    return { value: { [key]: list }, weight: 1 };
  };

  const cut = (part: unknown): Weighed => {
    if (typeof part === "string") return { value: part, weight: 1 + part.length / charactersPerWeight };
    if (Array.isArray(part)) return cutItems(part, listKey);
    if (part instanceof Map) return cutItems([...part], mapKey);
    if (!isPlainObject(part)) return { value: part, weight: 1 };
    let weight = 1;
    const entries = Object.entries(part).map(([name, property]): readonly [string, unknown] => {
      const weighed = cut(property);
      weight += weighed.weight;
      return [name, weighed.value];
    });
    return { value: Object.fromEntries(entries), weight };
  };

  pieces.push({ kind: "rest", value: cut(value).value });
  return pieces;
}

/** Puts pieces together again, in the order in which they were cut. */
export class Assembly {
  readonly #lists: unknown[][] = [];

  add({ list, items }: Extract<Piece, { kind: "items" }>): void {
    this.#lists[list] ??= [];
    for (const item of items) this.#lists[list].push(this.#whole(item));
  }

  finish({ value }: Extract<Piece, { kind: "rest" }>): unknown {
    return this.#whole(value);
  }

  #whole(part: unknown): unknown {
    if (Array.isArray(part)) {
      for (let index = 0; index < part.length; index++) part[index] = this.#whole(part[index]);
      return part;
    }
    if (part instanceof Map) {
      for (const [key, value] of part) part.set(key, this.#whole(value));
      return part;
    }
    if (!isPlainObject(part)) return part;
    if (Object.hasOwn(part, listKey)) return this.#lists[part[listKey] as number];
    if (Object.hasOwn(part, mapKey)) return new Map(this.#lists[part[mapKey] as number] as [unknown, unknown][]);
    for (const name of Object.keys(part)) {
      const value = part[name];
      if (typeof value === "object" && value !== null) part[name] = this.#whole(value);
    }
    return part;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
