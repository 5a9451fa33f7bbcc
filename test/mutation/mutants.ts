import { denseMutants } from "./dense-mutants.ts";
import { guardMutants } from "./guard-mutants.ts";
import { kernelMutants } from "./kernel-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { operatorMutants } from "./operator-mutants.ts";
import { readerMutants } from "./reader-mutants.ts";
import { securityMutants } from "./security-mutants.ts";
import { treeMutants } from "./tree-mutants.ts";

/** Comparisons, directions of missing values, polarity of categories, base scores, sums, transforms, guards, and what keeps strangers out. */
export const mutants: readonly Mutant[] = [
  ...treeMutants,
  ...readerMutants,
  ...kernelMutants,
  ...denseMutants,
  ...guardMutants,
  ...operatorMutants,
  ...securityMutants,
];
