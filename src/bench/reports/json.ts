import type { BenchResult } from "../result.ts";

/** Lists and objects of plain values stay on one line up to this many characters. */
const lineWidth = 120;

/** Everything as JSON, in the order of the result's own fields; what servers name (failures) in the order of the alphabet. */
export function reportJson(result: BenchResult): string {
  const targets = result.targets.map((target) =>
    target.total === undefined ? target : { ...target, total: { ...target.total, failures: sorted(target.total.failures) } },
  );
  return `${write({ ...result, targets }, "")}\n`;
}

function write(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return plain(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => write(one, inner))
    : Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : `${plain(key)}: ${write(one, inner)}`));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (parts.length === 0) return `${open}${close}`;
  const space = Array.isArray(value) ? "" : " ";
  const line = `${open}${space}${parts.join(", ")}${space}${close}`;
  const flat = Object.values(value).every((one) => typeof one !== "object" || one === null);
  if (flat && indent.length + line.length <= lineWidth) return line;
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

/** JSON lets a terminal's eight-bit control codes and invisible characters through; as escapes they say the same. */
function plain(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
