import type { ModelDetails } from "../../api/models.ts";
import { formatCount } from "../../format/numbers.ts";

/** Classes or targets that are named one by one. */
const mostNamed = 6;

/** `4 features`, or what else a row is made of. */
export function featureWords({ features, inputs }: Pick<ModelDetails, "features" | "inputs">): string {
  if (features.length > 0) return features.length === 1 ? "1 feature" : `${formatCount(features.length)} features`;
  return inputs.length === 1 ? "1 tensor" : `${inputs.length} tensors`;
}

/** `Iris-Setosa, Iris-Versicolor, Iris-Virginica`; of many the first and how many there are. */
export function classWords({
  classes,
  targets,
  outputClasses,
  outputs,
}: Pick<ModelDetails, "classes" | "targets" | "outputClasses" | "outputs">): string {
  if (outputClasses !== undefined) return named(Object.keys(outputClasses), "labels");
  if (classes !== undefined) return named(classes.map(String), "classes");
  if (targets !== undefined) return named(targets, "targets");
  return named(
    outputs.map(({ name }) => name),
    "outputs",
  );
}

function named(names: readonly string[], what: string): string {
  if (names.length <= mostNamed) return names.join(", ");
  return `${names.length} ${what}: ${names.slice(0, 4).join(", ")}, …`;
}

/** Whether it was seen to answer as the framework that trained it. */
export function parityWords({ parity }: Pick<ModelDetails, "parity">): string {
  if (parity === undefined) return "not checked: the file has no answers of its trainer";
  return `${parity.passed} of ${parity.rows} rows answered as its trainer did`;
}
