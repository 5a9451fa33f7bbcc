import { jsonCorpus, textCorpus } from "./corpus-boosters.ts";
import { onnxCorpus } from "./corpus-onnx.ts";
import { treeCorpus } from "./corpus-trees.ts";
import { ubjsonCorpus } from "./corpus-ubjson.ts";

export type Hostile = readonly [what: string, file: Uint8Array];

/** Files that somebody would make on purpose, for every format: what random changes hardly ever come to. */
export function* corpus(mostBytes = Number.POSITIVE_INFINITY): Generator<Hostile> {
  for (const hostile of all()) if (hostile[1].length <= mostBytes) yield hostile;
}

function* all(): Generator<Hostile> {
  yield* onnxCorpus();
  yield* treeCorpus();
  yield* jsonCorpus();
  yield* ubjsonCorpus();
  yield* textCorpus();
}
