/** Where the series below needs too many terms for what is left to matter: erf(6) is 1 in float64. */
const saturated = 6;

/** The error function: 2/√π · Σ (-1)^n x^(2n+1) / (n! (2n+1)) near 0, else 1 - erfc(x) by its continued fraction. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size >= saturated) return Math.sign(x);
  return size < 2 ? series(x) : Math.sign(x) * (1 - complement(size));
}

function series(x: number): number {
  let power = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    power *= (-x * x) / n;
    sum += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** e^(-x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the inside out. */
function complement(x: number): number {
  let fraction = x;
  for (let n = 200; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
