/**
 * X of A·X = Y, by Gaussian elimination with partial pivoting.
 * @param matrix `[size, size]`
 * @param right `[size, columns]`
 * @returns `[size, columns]`; undefined where A has no inverse
 */
export function solveLinear(matrix: Float64Array, size: number, right: Float64Array): Float64Array | undefined {
  const a = matrix.slice();
  const x = right.slice();
  const columns = right.length / size;
  const at = (row: number, column: number): number => a[row * size + column] as number;
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let row = step + 1; row < size; row++) if (Math.abs(at(row, step)) > Math.abs(at(pivot, step))) pivot = row;
    if (!(Math.abs(at(pivot, step)) > 0)) return undefined;
    swapRows(a, size, step, pivot);
    swapRows(x, columns, step, pivot);
    for (let row = step + 1; row < size; row++) {
      const factor = at(row, step) / at(step, step);
      if (factor === 0) continue;
      addRow(a, size, row, step, -factor);
      addRow(x, columns, row, step, -factor);
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let other = row + 1; other < size; other++) addRow(x, columns, row, other, -at(row, other));
    for (let column = 0; column < columns; column++) x[row * columns + column] = (x[row * columns + column] as number) / at(row, row);
  }
  return x;
}

function swapRows(table: Float64Array, columns: number, one: number, other: number): void {
  if (one === other) return;
  const row = table.slice(one * columns, (one + 1) * columns);
  table.copyWithin(one * columns, other * columns, (other + 1) * columns);
  table.set(row, other * columns);
}

function addRow(table: Float64Array, columns: number, to: number, from: number, factor: number): void {
  for (let column = 0; column < columns; column++)
    table[to * columns + column] = (table[to * columns + column] as number) + factor * (table[from * columns + column] as number);
}
