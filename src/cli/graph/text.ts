import type { Step } from "./plan.ts";

const marks = { input: "○", node: "■", output: "●" } as const;
/** A drawing of more lines is cut in its middle. */
const mostSteps = 40;

/**
 * A graph drawn as lines, in the manner of `git log --graph`: a rail for each value that is still to be read, a mark for each step.
 * Every line fits into the width where there is one.
 */
export function drawText(steps: readonly Step[], columns = Number.POSITIVE_INFINITY): string {
  const readers = new Map<string, number>();
  for (const { inputs } of steps) for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const rails: string[] = [];
  const lines: string[] = [];
  const cutFrom = Math.floor(mostSteps / 2);
  const cutTo = steps.length - (mostSteps - cutFrom);
  for (const [index, step] of steps.entries()) {
    const isCut = steps.length > mostSteps && index >= cutFrom && index < cutTo;
    const drawn = drawStep(step, rails, readers);
    if (isCut && index === cutFrom) lines.push(`⋮ ${cutTo - cutFrom} more steps: ${mostUsed(steps.slice(cutFrom, cutTo))}`);
    if (!isCut) lines.push(...drawn);
  }
  return lines.map((line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`)).join("\n");
}

/** Draws a step, and moves the rails on. */
function drawStep(step: Step, rails: string[], readers: Map<string, number>): string[] {
  const lines: string[] = [];
  // Values that are read again later go on; those that are not end here.
  const sources = step.inputs.flatMap((name) => {
    const left = (readers.get(name) ?? 0) - 1;
    readers.set(name, left);
    const at = rails.indexOf(name);
    return at < 0 ? [] : [{ at, ends: left <= 0 }];
  });
  const ending = sources.filter(({ ends }) => ends).map(({ at }) => at);
  const [own = rails.length] = ending;
  const isNew = ending.length === 0;
  const joining = sources.map(({ at }) => at).filter((at) => at !== own);
  if (joining.length > 0) lines.push(joinLine(isNew ? [...rails, ""] : rails, { own, joining, ending: new Set(ending) }));
  if (isNew) rails.push("");
  for (const at of ending.slice(1)) rails[at] = gone;
  lines.push(`${rails.map((name, at) => (at === own ? marks[step.kind] : name === gone ? " " : "│")).join(" ")}  ${step.text}`);
  const outputs = step.outputs.filter((name) => (readers.get(name) ?? 0) > 0);
  const [first, ...others] = outputs;
  rails[own] = first ?? gone;
  if (others.length > 0) {
    const from = rails.length;
    rails.push(...others);
    lines.push(forkLine(rails, own, from));
  }
  while (rails.at(-1) === gone) rails.pop();
  return lines;
}

/** A rail that carries nothing any more. */
const gone = "\0";

interface Join {
  /** The rail that the others come to. */
  readonly own: number;
  readonly joining: readonly number[];
  /** Those that carry nothing any more behind it. */
  readonly ending: ReadonlySet<number>;
}

/** `├─┴─╯`: rails that come to one of them. */
function joinLine(rails: readonly string[], { own, joining, ending }: Join): string {
  const count = rails.length;
  const [from, to] = [Math.min(own, ...joining), Math.max(own, ...joining)];
  let line = "";
  for (let at = 0; at < count; at++) {
    const inside = at >= from && at <= to;
    if (at === own) line += at === from ? (ending.has(own) ? "├" : "╭") : at === to ? (ending.has(own) ? "┤" : "╮") : "┼";
    else if (!joining.includes(at)) line += rails[at] !== gone ? "│" : inside ? "─" : " ";
    else if (ending.has(at)) line += at === to ? "╯" : at === from ? "╰" : "┴";
    else line += at === to ? "┤" : at === from ? "├" : "┼";
    if (at < count - 1) line += at >= from && at < to ? "─" : " ";
  }
  return line;
}

/** `├─╮`: further values of a step. */
function forkLine(rails: readonly string[], own: number, from: number): string {
  let line = "";
  for (let at = 0; at < rails.length; at++) {
    const rail = rails[at] === gone ? " " : "│";
    line += at === own ? "├" : at >= from ? (at === rails.length - 1 ? "╮" : "┬") : at > own ? "─" : rail;
    if (at < rails.length - 1) line += at >= own ? "─" : " ";
  }
  return line;
}

/** `120 × Concat, 80 × Mul` */
function mostUsed(steps: readonly Step[]): string {
  const counts = new Map<string, number>();
  for (const { text } of steps) for (const name of (text.split("  ")[0] ?? "").split(" → ")) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return `${sorted
    .slice(0, 5)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ")}${sorted.length > 5 ? ", …" : ""}`;
}
