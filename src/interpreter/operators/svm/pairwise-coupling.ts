/** Steps after which ONNX Runtime stops. */
const maxSteps = 100;

/**
 * One probability per class from those of each pair: `pairs[i][j]` is that of class i against class j.
 * The second method of Wu, Lin and Weng (2004) as libsvm and ONNX Runtime iterate it. They stop at an
 * error of 0.005 / classes, short of the limit: only the same steps in the same order give their answers.
 */
export function couplePairs(pairs: readonly Float64Array[]): number[] {
  const classes = pairs.length;
  const at = (matrix: readonly Float64Array[], row: number, column: number): number => matrix[row]?.[column] ?? 0;
  const q = pairs.map((_, t) => Float64Array.from(pairs, (__, j) => (t === j ? diagonal(pairs, t) : -at(pairs, j, t) * at(pairs, t, j))));
  const p = new Float64Array(classes).fill(1 / classes);
  for (let step = 0; step < maxSteps; step++) {
    const qp = Float64Array.from(q, (row) => row.reduce((sum, value, j) => sum + value * (p[j] ?? 0), 0));
    let pqp = qp.reduce((sum, value, t) => sum + value * (p[t] ?? 0), 0);
    if (qp.every((value) => Math.abs(value - pqp) < 0.005 / classes)) break;
    for (let t = 0; t < classes; t++) {
      const own = at(q, t, t);
      const change = (pqp - (qp[t] ?? 0)) / own;
      p[t] = (p[t] ?? 0) + change;
      pqp = (pqp + change * (change * own + 2 * (qp[t] ?? 0))) / (1 + change) / (1 + change);
      for (let j = 0; j < classes; j++) {
        qp[j] = ((qp[j] ?? 0) + change * at(q, t, j)) / (1 + change);
        p[j] = (p[j] ?? 0) / (1 + change);
      }
    }
  }
  return Array.from(p);
}

function diagonal(pairs: readonly Float64Array[], t: number): number {
  return pairs.reduce((sum, row, j) => (j === t ? sum : sum + (row[t] ?? 0) ** 2), 0);
}
