import type { Dice } from "../../forests/dice.ts";

/** JSON values changed in one place: by what a parser, a check of counts or a lookup of a key could trip over. */

/** Text that stands in a file as it is, such as `NaN`, or an object with a key twice. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const numbers = [0, -0, 1, -1, 0.5, 2, 255, 65_536, 1e6, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 2 ** 60, 1e39, 1e308, 5e-324];
const raws = [
  "NaN",
  "Infinity",
  "-Infinity",
  "1e999",
  "-0",
  "00",
  "0x10",
  "1.",
  "tru",
  "",
  "[",
  "}",
  '"\\ud800"',
  '"\\u0000"',
  `"${"a".repeat(5000)}"`,
];
const texts = [
  "",
  "NaN",
  "1e9",
  "[5E-1]",
  "[1,2,3]",
  "2147483648",
  "-1",
  "__proto__",
  "constructor",
  "toString",
  "\u0000",
  "\ufffd",
  "é",
  "a".repeat(70_000),
];
const keys = ["__proto__", "constructor", "prototype", "hasOwnProperty", "length", "toString", "then", ""];

export function hostileValue(dice: Dice): unknown {
  const kind = dice.int(0, 9);
  if (kind < 4) return dice.pick(numbers);
  if (kind < 6) return dice.pick(texts);
  if (kind === 6) return new Raw(dice.pick(raws));
  if (kind === 7) return dice.pick<unknown>([null, true, false, [], {}, [[]], [null], [{}], { a: 1 }]);
  if (kind === 8) return nest(dice.pick([2, 70, 2000]), dice.chance(0.5));
  return new Array(dice.pick([1, 300, 20_000])).fill(dice.pick(numbers));
}

function nest(depth: number, lists: boolean): Raw {
  return new Raw(lists ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`);
}

/** The value with a few changes, most of them deep inside. */
export function changed(value: unknown, dice: Dice): unknown {
  let result = value;
  for (let changes = dice.pick([1, 1, 1, 2, 3]); changes > 0; changes--) result = change(result, dice);
  return result;
}

function change(value: unknown, dice: Dice): unknown {
  if (Array.isArray(value) && value.length > 0 && dice.chance(0.93)) return changeList(value, dice);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Raw) && dice.chance(0.98))
    return changeObject(value as Record<string, unknown>, dice);
  if (typeof value === "number" && dice.chance(0.5)) return dice.pick([value + 1, value - 1, -value, value * 1e6, value + 0.5]);
  return hostileValue(dice);
}

function changeList(list: readonly unknown[], dice: Dice): unknown[] {
  const at = dice.int(0, list.length - 1);
  if (dice.chance(0.8)) return list.with(at, change(list[at], dice));
  const kind = dice.int(0, 4);
  if (kind === 0) return list.slice(0, at);
  if (kind === 1) return list.toSpliced(at, 1);
  if (kind === 2) return [...list, hostileValue(dice)];
  if (kind === 3) return [...list, ...list];
  return list.toSpliced(at, 0, list[dice.int(0, list.length - 1)]);
}

function changeObject(object: Readonly<Record<string, unknown>>, dice: Dice): unknown {
  const names = Object.keys(object);
  if (names.length === 0) return { [dice.pick(keys)]: hostileValue(dice) };
  const name = dice.pick(names);
  const others = Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
  if (dice.chance(0.85)) return { ...object, [name]: change(object[name], dice) };
  const kind = dice.int(0, 3);
  if (kind === 0) return others;
  if (kind === 1) return { ...others, [dice.pick(keys)]: object[name] };
  const twice = kind === 2 ? name : dice.pick(keys);
  const inner = writeJson(object).slice(1, -1);
  return new Raw(`{${inner},${JSON.stringify(twice)}:${writeJson(hostileValue(dice))}}`);
}

/** Numbers that JSON lacks as the trainers write them. */
export function writeJson(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}:${writeJson(entry)}`)
      .join(",")}}`;
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "null");
}
