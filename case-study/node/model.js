// The exported models (see ../models/export.py) as functions.

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} version
 * @property {readonly string[]} features
 * @property {readonly string[]} classes
 * @property {(row: readonly number[]) => { best: number, probabilities: number[] }} predict
 */

/** @param {any} file @returns {Model} */
export function loadModel(file) {
  const probabilitiesOf = file.kind === "softmax" ? softmax(file) : forest(file);
  return {
    ...file,
    predict: (row) => {
      const probabilities = probabilitiesOf(row);
      let best = 0;
      for (let index = 1; index < probabilities.length; index++) if ((probabilities[index] ?? 0) > (probabilities[best] ?? 0)) best = index;
      return { best, probabilities };
    },
  };
}

/** @param {{ coefficients: number[][], intercepts: number[] }} file @returns {(row: readonly number[]) => number[]} */
function softmax({ coefficients, intercepts }) {
  return (row) => {
    const scores = coefficients.map((weights, index) =>
      weights.reduce((sum, weight, feature) => sum + weight * (row[feature] ?? 0), intercepts[index] ?? 0),
    );
    const greatest = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - greatest));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  };
}

/**
 * All trees in flat typed arrays: a step is three reads that lie together.
 * @param {{ classes: string[], trees: { feature: number[], threshold: number[], left: number[], right: number[], value: number[][] }[] }} file
 * @returns {(row: readonly number[]) => number[]}
 */
function forest({ classes, trees }) {
  const size = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const [feature, left, right] = [new Int8Array(size), new Int32Array(size), new Int32Array(size)];
  const threshold = new Float64Array(size);
  const shares = new Float64Array(size * classes.length);
  const roots = new Int32Array(trees.length);
  let at = 0;
  trees.forEach((tree, index) => {
    roots[index] = at;
    feature.set(tree.feature, at);
    threshold.set(tree.threshold, at);
    left.set(
      tree.left.map((child) => child + (roots[index] ?? 0)),
      at,
    );
    right.set(
      tree.right.map((child) => child + (roots[index] ?? 0)),
      at,
    );
    shares.set(tree.value.flat(), at * classes.length);
    at += tree.feature.length;
  });
  // scikit-learn's trees compare float32 rows with float64 thresholds.
  const values = new Float32Array(4);
  return (row) => {
    values.set(row);
    const sums = new Array(classes.length).fill(0);
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree] ?? 0;
      for (let split = feature[node] ?? -1; split >= 0; split = feature[node] ?? -1)
        node = ((values[split] ?? 0) <= (threshold[node] ?? 0) ? left : right)[node] ?? 0;
      for (let index = 0; index < sums.length; index++) sums[index] += shares[node * classes.length + index];
    }
    return sums.map((sum) => sum / roots.length);
  };
}
