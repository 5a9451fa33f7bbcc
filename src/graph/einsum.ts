/** An Einsum's dimensions by label: one label per axis of each operand and of the result. */
export interface EinsumLabels {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const term = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/;

/**
 * Reads an equation such as `ij,jk->ik` for operands of these ranks. The axes of an ellipsis are labelled from the
 * last one, so that they are aligned as broadcasting aligns them.
 * @returns The labels, or why the equation does not fit
 */
export function einsumLabels(equation: string, ranks: readonly number[]): EinsumLabels | string {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (more.length > 0) return "its equation has more than one arrow";
  if (terms.length !== ranks.length) return `its equation has ${terms.length} operands, and ${ranks.length} are given`;
  const operands: string[][] = [];
  for (const [position, text] of terms.entries()) {
    const letters = text.replace("...", "").length;
    const hidden = (ranks[position] ?? 0) - letters;
    const labels = labelsOf(text, hidden);
    if (labels === undefined) return `"${text}" is no list of labels`;
    if (labels.length !== ranks[position]) return `"${text}" labels ${letters} dimensions of ${ranks[position]}`;
    operands.push(labels);
  }
  const hidden = Math.max(...operands.map((labels) => labels.filter(isHidden).length));
  const output = right === undefined ? implicitOutput(operands, hidden) : labelsOf(right, hidden);
  if (output === undefined) return `"${right}" is no list of labels`;
  if (new Set(output).size !== output.length) return "its result has a label twice";
  const known = new Set(operands.flat());
  const unknown = output.find((label) => !known.has(label));
  if (unknown !== undefined) return `its result has the label "${unknown}", which no operand has`;
  if (output.filter(isHidden).length < hidden) return "its result leaves the dimensions of the ellipsis out";
  return { operands, output };
}

function isHidden(label: string): boolean {
  return label.startsWith(".");
}

/** The labels of a term whose ellipsis, if it has one, stands for `hidden` axes; undefined where it cannot be read. */
function labelsOf(text: string, hidden: number): string[] | undefined {
  const parts = term.exec(text);
  if (parts === null) return undefined;
  const [, before = "", ellipsis, after = ""] = parts;
  return [...before, ...(ellipsis === undefined ? [] : hiddenLabels(hidden)), ...after];
}

function hiddenLabels(count: number): string[] {
  return Array.from({ length: Math.max(count, 0) }, (_, index) => `.${count - 1 - index}`);
}

/** Without an arrow: the ellipsis, and the letters that occur once, in their order. */
function implicitOutput(operands: readonly (readonly string[])[], hidden: number): string[] {
  const letters = operands.flat().filter((label) => !isHidden(label));
  return [...hiddenLabels(hidden), ...letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort()];
}
