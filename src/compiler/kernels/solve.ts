import { intAttribute } from "../../graph/attributes.ts";
import { solveLinear } from "../../tensor/solve-linear.ts";
import { constantInput, type Lower, rowsInput, unsupported } from "../lowering.ts";
import { lowerDense, matrixOf, paddedColumns } from "./dense.ts";

/** More equations would take seconds to load: the inverse is computed. */
const maxSize = 1024;

/** X of A·X = Y for a constant A, where every column of Y is a row's own: the products with A's inverse. */
export const lowerSolve: Lower = (node, lowering) => {
  const { dtype, shape, data } = constantInput(node, 0);
  const input = rowsInput(node, 1);
  const [size = 0, columns] = shape;
  if (dtype === "string" || shape.length !== 2 || columns !== size || size < 1 || size > maxSize)
    unsupported(node, `its matrix is ${dtype}[${shape.join(", ")}]`);
  if (input.shape.length !== 2 || input.shape[1] !== "rows" || input.width !== size || input.dtype !== dtype)
    unsupported(node, "its right side is not a column for every row");
  if (intAttribute(node, "lower", 0) !== 0) unsupported(node, "it reads half of its matrix only");
  const unit = Float64Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
  const inverse = solveLinear(Float64Array.from(data), size, unit) ?? unsupported(node, "its matrix has no inverse");
  // A row's values stand on the left of the product, so that the inverse is transposed, once more where A is.
  const isTransposed = intAttribute(node, "transposed", 0) !== 0;
  const weights = Float64Array.from(inverse, (value, index) =>
    isTransposed ? value : (inverse[(index % size) * size + Math.floor(index / size)] as number),
  );
  const sums = lowering.allocate("float64", ["rows", paddedColumns(size)]);
  const output = lowering.allocate(input.dtype, input.shape);
  const multiply = lowerDense(input, matrixOf(size, size, weights), sums, lowering);
  lowering.products += size * size;
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, sums, output], () => {
        multiply(emitter);
        emitter.elements(size, (element) => emitter.storeF64(output, element, () => emitter.load(sums, element)));
      }),
  };
};
