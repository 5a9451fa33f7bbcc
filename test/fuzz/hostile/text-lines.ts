import type { Dice } from "../../forests/dice.ts";

/** A LightGBM model changed line by line: keys, counts and the numbers of its lists. */

const tokens = [
  "",
  "-1",
  "0",
  "1",
  "99999",
  "2147483648",
  "-2147483649",
  "9007199254740993",
  "1e309",
  "nan",
  "inf",
  "-inf",
  "0x1F",
  "1.5",
  "é",
  "\u0000",
  "__proto__",
];

export function changedLines(text: string, dice: Dice): string {
  let lines = text.split("\n");
  for (let changes = dice.pick([1, 1, 1, 2, 4]); changes > 0; changes--) lines = change(lines, dice);
  return lines.join("\n");
}

function change(lines: readonly string[], dice: Dice): string[] {
  if (lines.length === 0) return [changeLine("", dice)];
  const at = dice.int(0, lines.length - 1);
  const line = lines[at] ?? "";
  if (dice.chance(0.7)) return lines.with(at, changeLine(line, dice));
  const kind = dice.int(0, 4);
  if (kind === 0) return lines.toSpliced(at, 1);
  if (kind === 1) return lines.toSpliced(at, 0, line);
  if (kind === 2) return lines.toSpliced(at, 0, dice.pick(lines));
  if (kind === 3) return lines.slice(0, at);
  return [...lines, ...lines.slice(at)];
}

function changeLine(line: string, dice: Dice): string {
  const cut = line.indexOf("=");
  if (cut < 0 || dice.chance(0.05))
    return dice.pick(["", "=", "Tree=0", "end of trees", "pandas_categorical:[[", `pandas_categorical:${"[".repeat(50_000)}`]);
  const key = line.slice(0, cut);
  const list = line.slice(cut + 1).split(" ");
  const at = dice.int(0, list.length - 1);
  const kind = dice.int(0, 5);
  if (kind === 0) return `${key}=${dice.pick(tokens)}`;
  if (kind === 1) return `${key}=${list.slice(0, at).join(" ")}`;
  if (kind === 2) return `${key}=${[...list, dice.pick(tokens)].join(" ")}`;
  const own = list[at] ?? "";
  return `${key}=${list.with(at, kind === 3 ? String(Number(own) + dice.pick([-1, 1, 1e6])) : dice.pick(tokens)).join(" ")}`;
}
