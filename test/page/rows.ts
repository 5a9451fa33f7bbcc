import { readFileSync } from "node:fs";
import { root } from "../e2e/process.ts";

/** What `GET /models/{name}` says of features, as far as tests need it. */
export interface Features {
  readonly features: readonly { readonly name: string; readonly min?: number; readonly max?: number }[];
}

/** Numbers between 0 and 1, always the same ones (Park and Miller). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Rows of numbers within the range of training, two digits behind the point. */
export function randomRows({ features }: Features, count: number, seed = 1): number[][] {
  const roll = dice(seed);
  return Array.from({ length: count }, () => features.map(({ min = 0, max = 1 }) => Number((min + roll() * (max - min)).toFixed(2))));
}

export function modelPath(name: string): string {
  return `${root}models/${name}.onnx`;
}

export function readText(path: string): string {
  return readFileSync(path, "utf8");
}
