import { SetosaError } from "../../errors.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { Task } from "../../graph/signature.ts";
import { type GraphParts, intAttributes } from "../graph-parts.ts";
import type { JsonValue } from "../json-text.ts";
import type { Shape } from "./shape.ts";

/** What XGBoost makes of the sums ("margins"), and how it takes the base score into one. */
export interface Objective {
  readonly output: "value" | "exp" | "sigmoid" | "two classes" | "two classes by sign" | "classes";
  readonly link: "identity" | "logit" | "log";
}

const objectives: Readonly<Record<string, Objective>> = {
  "reg:squarederror": { output: "value", link: "identity" },
  "reg:linear": { output: "value", link: "identity" },
  "reg:squaredlogerror": { output: "value", link: "identity" },
  "reg:pseudohubererror": { output: "value", link: "identity" },
  "reg:absoluteerror": { output: "value", link: "identity" },
  "reg:quantileerror": { output: "value", link: "identity" },
  "reg:expectileerror": { output: "value", link: "identity" },
  "reg:logistic": { output: "sigmoid", link: "logit" },
  "reg:gamma": { output: "exp", link: "log" },
  "reg:tweedie": { output: "exp", link: "log" },
  "count:poisson": { output: "exp", link: "log" },
  "survival:cox": { output: "exp", link: "log" },
  "survival:aft": { output: "exp", link: "log" },
  "binary:logistic": { output: "two classes", link: "logit" },
  "binary:logitraw": { output: "value", link: "identity" },
  "binary:hinge": { output: "two classes by sign", link: "identity" },
  "multi:softprob": { output: "classes", link: "identity" },
  "multi:softmax": { output: "classes", link: "identity" },
  "rank:pairwise": { output: "value", link: "identity" },
  "rank:ndcg": { output: "value", link: "identity" },
  "rank:map": { output: "value", link: "identity" },
};

export function readObjective(name: JsonValue, { groups, classes }: Shape): Objective {
  const objective = Object.hasOwn(objectives, name.text) ? objectives[name.text] : undefined;
  if (objective === undefined)
    throw new SetosaError("OPERATOR_UNSUPPORTED", `Setosa does not know XGBoost's objective "${name.text.slice(0, 80)}".`, {
      path: name.path,
    });
  if (objective.output === "classes" && classes < 2) name.fail("another objective for a model without classes");
  // Several targets of a binary objective are labels of their own.
  if (objective.output.startsWith("two") && groups > 1)
    return { ...objective, output: objective.output === "two classes" ? "sigmoid" : "value" };
  return objective;
}

/** The base score before the link function, in float32 as XGBoost computes it. */
export function marginOf({ link }: Objective, score: number): number {
  if (link === "logit") return Math.fround(-Math.log(1 / score - 1));
  return link === "log" ? Math.fround(Math.log(score)) : score;
}

export function addOutputs(
  parts: GraphParts,
  { output }: Objective,
  margins: string,
  groups: number,
): { readonly task: Task; readonly outputs: readonly ValueInfo[] } {
  const float = (name: string, columns: number): ValueInfo => ({ name, dtype: "float32", shape: ["rows", columns] });
  if (output === "value" || output === "exp" || output === "sigmoid") {
    parts.node({ value: "Identity", exp: "Exp", sigmoid: "Sigmoid" }[output], [margins], "prediction");
    const targets = groups === 1 ? ["prediction"] : Array.from({ length: groups }, (_, target) => `prediction_${target}`);
    return { task: { kind: "regression", targets, value: "prediction" }, outputs: [float("prediction", groups)] };
  }
  if (output === "classes") parts.node("Softmax", [margins], "probabilities", intAttributes({ axis: 1 }));
  else addTwoClasses(parts, output, margins);
  parts.node("ArgMax", ["probabilities"], "label", intAttributes({ axis: 1, keepdims: 0 }));
  // The names of the classes are not in the file.
  const classes = Array.from({ length: output === "classes" ? groups : 2 }, (_, index) => index);
  return {
    task: { kind: "classification", classes, labels: classes, label: "label", scores: "probabilities", scoreKind: "probability" },
    outputs: [{ name: "label", dtype: "int64", shape: ["rows"] }, float("probabilities", classes.length)],
  };
}

function addTwoClasses(parts: GraphParts, output: "two classes" | "two classes by sign", margins: string): void {
  const second =
    output === "two classes"
      ? parts.node("Sigmoid", [margins], "second")
      : parts.node(
          "Cast",
          [parts.node("Greater", [margins, parts.row("zero", "float32", [0])], "isSecond")],
          "second",
          intAttributes({ to: 1 }),
        );
  const first = parts.node("Sub", [parts.row("one", "float32", [1]), second], "first");
  parts.node("Concat", [first, second], "probabilities", intAttributes({ axis: 1 }));
}
