import { SetosaError } from "../../errors.ts";
import { tensor } from "../../tensor/tensor.ts";
import { type GraphParts, intAttributes } from "../graph-parts.ts";

/** What LightGBM makes of the sums over the trees. */
export type Objective =
  | { readonly kind: "classification"; readonly classes: number; readonly transform: "sigmoid" | "softmax"; readonly sigmoid: number }
  | { readonly kind: "regression"; readonly transform: RegressionTransform };

type RegressionTransform = "none" | "exp" | "sigmoid" | "log1p-exp" | "signed-square";

const transforms: Readonly<Record<string, RegressionTransform>> = {
  regression: "none",
  regression_l2: "none",
  regression_l1: "none",
  huber: "none",
  fair: "none",
  quantile: "none",
  mape: "none",
  lambdarank: "none",
  rank_xendcg: "none",
  custom: "none",
  poisson: "exp",
  gamma: "exp",
  tweedie: "exp",
  cross_entropy: "sigmoid",
  cross_entropy_lambda: "log1p-exp",
};

/** @param line The objective as the file has it, such as `binary sigmoid:1`; undefined for a loss of the user's own */
export function readObjective(line: string | undefined, treesPerIteration: number): Objective {
  const [name = "", ...options] = (line ?? "custom").trim().split(/\s+/);
  const option = (key: string): string | undefined => options.find((one) => one.startsWith(`${key}:`))?.slice(key.length + 1);
  const sigmoid = Number(option("sigmoid") ?? 1);
  if (!(Number.isFinite(sigmoid) && sigmoid > 0)) unsupported(`the objective "${line}"`);
  if (name === "binary") {
    if (treesPerIteration !== 1) unsupported("two classes with several trees an iteration");
    return { kind: "classification", classes: 2, transform: "sigmoid", sigmoid };
  }
  if (name === "multiclass" || name === "multiclassova") {
    const transform = name === "multiclass" ? "softmax" : "sigmoid";
    if (treesPerIteration < 2) unsupported(`${treesPerIteration} tree an iteration for several classes`);
    return { kind: "classification", classes: treesPerIteration, transform, sigmoid: name === "multiclass" ? 1 : sigmoid };
  }
  const transform = Object.hasOwn(transforms, name) ? transforms[name] : undefined;
  if (transform === undefined) return unsupported(`the objective "${name}"`);
  return { kind: "regression", transform: options.includes("sqrt") ? "signed-square" : transform };
}

function unsupported(what: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `Setosa does not read LightGBM models with ${what}.`, { path: "header.objective" });
}

/** Adds the nodes from the sums `raw` to the value, or the scores, named `output`. */
export function addTransform(parts: GraphParts, objective: Objective, raw: string, output: string): void {
  if (objective.kind === "regression") {
    addRegression(parts, objective.transform, raw, output);
    return;
  }
  const { classes, sigmoid, transform } = objective;
  const scaled = sigmoid === 1 ? raw : parts.node("Mul", [raw, parts.row("sigmoid", "float64", [sigmoid])], "scaled");
  if (transform === "softmax") parts.node("Softmax", [scaled], output, intAttributes({ axis: 1 }));
  else if (classes > 2) parts.node("Sigmoid", [scaled], output);
  else {
    const second = parts.node("Sigmoid", [scaled], "second");
    const first = parts.node("Sub", [parts.row("one", "float64", [1]), second], "first");
    parts.node("Concat", [first, second], output, intAttributes({ axis: 1 }));
  }
}

function addRegression(parts: GraphParts, transform: RegressionTransform, raw: string, output: string): void {
  switch (transform) {
    case "none":
      parts.node("Identity", [raw], output);
      return;
    case "exp":
      parts.node("Exp", [raw], output);
      return;
    case "sigmoid":
      parts.node("Sigmoid", [raw], output);
      return;
    case "log1p-exp": {
      const power = parts.node("Exp", [raw], "power");
      const more = parts.node("Add", [power, parts.constant("one", tensor("float64", [1], Float64Array.of(1)))], "more");
      parts.node("Log", [more], output);
      return;
    }
    case "signed-square":
      parts.node("Mul", [raw, parts.node("Abs", [raw], "size")], output);
  }
}
