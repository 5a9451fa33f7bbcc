import { stringAttribute } from "../../graph/attributes.ts";
import { constantInput, type Lower, tableInput, unsupported } from "../lowering.ts";
import { lowerDense, matrixOf, paddedColumns } from "./dense.ts";

/** The distances of a row to the rows of a constant table. */
export const lowerCDist: Lower = (node, lowering) => {
  const input = tableInput(node);
  const { dtype, shape, data } = constantInput(node, 1);
  const metric = stringAttribute(node, "metric") ?? "sqeuclidean";
  if (metric !== "euclidean" && metric !== "sqeuclidean" && metric !== "cityblock") unsupported(node, `the metric ${metric}`);
  const [points = 0, columns] = shape;
  if (dtype !== input.dtype || dtype === "string" || shape.length !== 2 || columns !== input.width)
    unsupported(node, "its second input is no table of the same columns and type");
  const transposed = Float64Array.from(
    { length: points * input.width },
    (_, index) => data[(index % points) * input.width + Math.floor(index / points)] as number,
  );
  const sums = lowering.allocate("float64", ["rows", paddedColumns(points)]);
  const dense = lowerDense(
    input,
    matrixOf(input.width, points, transposed),
    sums,
    lowering,
    metric === "cityblock" ? "absolute difference" : "squared difference",
  );
  const output = lowering.allocate(input.dtype, ["rows", points]);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, sums, output], () => {
        dense(emitter);
        emitter.elements(points, (point) =>
          emitter.storeF64(output, point, () => {
            emitter.load(sums, point);
            if (metric === "euclidean") emitter.fn.op("f64.sqrt");
          }),
        );
      }),
  };
};
