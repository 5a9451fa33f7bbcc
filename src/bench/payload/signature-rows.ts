import { SetosaError } from "../../errors.ts";
import type { Random } from "../measure/statistics.ts";

/** What a Setosa model says of a feature at `GET /models/{name}`, as far as rows are made from it. */
interface FeatureDescription {
  readonly name: string;
  readonly dtype: string;
  readonly missing: boolean;
  readonly categories?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
}

/**
 * Different rows as JSON objects, drawn from the ranges and categories that the model saw in training.
 * @param description The answer of `GET /models/{name}`
 * @param missingShare How many of the values that may be missing are, from 0 to 1: other servers may not take any
 * @throws SetosaError ARGUMENT_INVALID where it is not such an answer
 */
export function generateRows(description: unknown, count: number, missingShare: number, random: Random): string[] {
  const features = readFeatures(description);
  const rows = new Set<string>();
  // A model with few categories and no numbers may not have so many different rows.
  for (let tries = 0; rows.size < count && tries < count * 20; tries++)
    rows.add(JSON.stringify(Object.fromEntries(features.map((feature) => [feature.name, drawValue(feature, missingShare, random)]))));
  return [...rows];
}

function drawValue({ dtype, missing, categories, min = 0, max = 1 }: FeatureDescription, missingShare: number, random: Random): unknown {
  if (missing && random() < missingShare) return null;
  if (categories !== undefined && categories.length > 0) return categories[Math.floor(random() * categories.length)];
  if (dtype === "bool") return random() < 0.5;
  if (dtype === "string") return `text ${Math.floor(random() * 1000)}`;
  if (dtype.startsWith("int")) return Math.floor(min + random() * (max - min + 1));
  // As many digits as people's data has: what is sent is read by a parser, too.
  return Number((min + random() * (max - min)).toPrecision(4));
}

function readFeatures(description: unknown): FeatureDescription[] {
  const features = (description as { features?: unknown } | null)?.features;
  if (!Array.isArray(features) || features.length === 0) throw notADescription("it lists no features");
  return features.map((feature: unknown, index) => {
    const { name, dtype, missing, categories, min, max } = (feature ?? {}) as Partial<Record<keyof FeatureDescription, unknown>>;
    if (typeof name !== "string" || typeof dtype !== "string") throw notADescription(`its feature ${index} has no name or dtype`);
    return {
      name,
      dtype,
      missing: missing === true,
      ...(Array.isArray(categories) ? { categories } : {}),
      ...(typeof min === "number" && Number.isFinite(min) ? { min } : {}),
      ...(typeof max === "number" && Number.isFinite(max) ? { max } : {}),
    };
  });
}

function notADescription(why: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", `--model does not lead to the description of a Setosa model: ${why}.`, {
    path: "--model",
    hint: "Give the address of a model that Setosa serves, such as http://localhost:8080/models/iris, or a model file.",
  });
}
