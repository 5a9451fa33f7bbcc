import type { ErrorCode } from "../errors.ts";

/** What can be wrong with the values of a row's features. */
export const featureErrors = [
  "FEATURE_MISSING",
  "FEATURE_UNKNOWN",
  "FEATURE_REPEATED",
  "FEATURE_TYPE_INVALID",
  "FEATURE_NOT_FINITE",
  "FEATURE_NULL",
  "CATEGORY_UNKNOWN",
] as const satisfies readonly ErrorCode[];
